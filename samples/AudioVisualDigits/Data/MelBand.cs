namespace AudioVisualDigits.Data;

/// <summary>One triangular band of a mel filterbank: peak 1, weights at the bins it covers.</summary>
internal sealed class MelBand
{
    private readonly int _firstBin;
    private readonly double[] _weights;

    private MelBand(double low, double center, double high, int bins, double binWidth)
    {
        _firstBin = (int)Math.Ceiling(low / binWidth);
        var lastBin = Math.Min(bins - 1, (int)Math.Floor(high / binWidth));
        _weights = new double[lastBin - _firstBin + 1];
        for (var j = 0; j < _weights.Length; j++)
        {
            var frequency = (_firstBin + j) * binWidth;
            var weight = Math.Min((frequency - low) / (center - low), (high - frequency) / (high - center));
            _weights[j] = Math.Max(weight, 0);
        }
    }

    /// <summary>Gets bands whose edges are equally spaced in mel from 0 Hz to the last bin.</summary>
    /// <param name="count">The number of bands.</param>
    /// <param name="bins">The number of frequency bins.</param>
    /// <param name="binWidth">The distance of the bins, in Hz.</param>
    public static MelBand[] Filterbank(int count, int bins, double binWidth)
    {
        var highest = ToMel((bins - 1) * binWidth);
        var edges = new double[count + 2];
        for (var k = 0; k < edges.Length; k++)
            edges[k] = ToHertz(highest * k / (count + 1));
        return [.. Enumerable.Range(0, count)
            .Select(k => new MelBand(edges[k], edges[k + 1], edges[k + 2], bins, binWidth))];
    }

    /// <summary>Gets the power in the band, from the power at each bin.</summary>
    public double Power(ReadOnlySpan<double> spectrum)
    {
        var power = 0.0;
        for (var j = 0; j < _weights.Length; j++)
            power += _weights[j] * spectrum[_firstBin + j];
        return power;
    }

    // The mel scale of the Hidden Markov Toolkit.
    private static double ToMel(double hertz) => 2595 * Math.Log10(1 + hertz / 700);

    private static double ToHertz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);
}
