namespace AudioVisualDigits.Data;

/// <summary>The power of a signal, guarded so that silence stays silence.</summary>
internal static class SignalPower
{
    private const double SilenceGuard = 1e-20;

    /// <summary>Gets the root of the mean square.</summary>
    public static double RootMeanSquare(ReadOnlySpan<double> signal)
    {
        var sum = 0.0;
        foreach (var value in signal)
            sum += value * value;
        return Math.Sqrt(sum / signal.Length + SilenceGuard);
    }

    /// <summary>Scales a signal in place to unit mean power.</summary>
    public static void Normalize(Span<double> signal) => Divide(signal, RootMeanSquare(signal));

    /// <summary>Divides a signal in place.</summary>
    public static void Divide(Span<double> signal, double divisor)
    {
        foreach (ref var value in signal)
            value /= divisor;
    }
}
