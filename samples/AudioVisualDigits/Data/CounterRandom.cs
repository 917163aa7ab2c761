namespace AudioVisualDigits.Data;

/// <summary>
/// A counter-based random generator on the finaliser of SplitMix64. Each number is a function of stream, index
/// and counter alone, so samples can be made in any order, on any number of threads, in any language.
/// </summary>
internal readonly struct CounterRandom(long stream, long index)
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;
    private const double Ulp = 1.0 / (1UL << 53);

    private readonly ulong _key = Mix(((ulong)stream << 32) + (ulong)index);

    /// <summary>Gets the number at <paramref name="counter"/>, uniform in [0, 1).</summary>
    public double Uniform(int counter) => (Mix(_key + ((ulong)counter + 1) * GoldenGamma) >> 11) * Ulp;

    /// <summary>Gets the integer at <paramref name="counter"/>, uniform in [0, <paramref name="bound"/>).</summary>
    public int Integer(int counter, int bound) => (int)(Uniform(counter) * bound);

    /// <summary>Gets the number at <paramref name="counter"/>, uniform in [-1, 1).</summary>
    public double Symmetric(int counter) => 2 * Uniform(counter) - 1;

    /// <summary>
    /// Gets <paramref name="count"/> standard normal numbers by the cosine half of Box and Muller. The angles follow
    /// the radii in the counter, so another count gives other numbers.
    /// </summary>
    public double[] Gaussians(int count)
    {
        var numbers = new double[count];
        for (var j = 0; j < count; j++)
            numbers[j] = Math.Sqrt(-2 * Math.Log(1 - Uniform(j))) * Math.Cos(2 * Math.PI * Uniform(count + j));
        return numbers;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
