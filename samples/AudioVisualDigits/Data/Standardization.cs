namespace AudioVisualDigits.Data;

/// <summary>One mean and one standard deviation for all values of a modality.</summary>
internal sealed record Standardization(double Mean, double Deviation)
{
    /// <summary>Gets mean and population standard deviation of the values.</summary>
    public static Standardization Of(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        var mean = sum / values.Length;
        var squares = 0.0;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        return new Standardization(mean, Math.Sqrt(squares / values.Length));
    }

    /// <summary>Gets the values with mean and deviation taken out.</summary>
    public float[] Apply(ReadOnlySpan<double> values)
    {
        var result = new float[values.Length];
        for (var j = 0; j < values.Length; j++)
            result[j] = (float)((values[j] - Mean) / Deviation);
        return result;
    }
}
