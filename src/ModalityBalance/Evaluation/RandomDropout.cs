using ModalityBalance.Data;

namespace ModalityBalance.Evaluation;

/// <summary>
/// Which modalities samples lose at random. Each sample and modality has one number in [0, 1), drawn in the order of
/// the data, and is lost at a rate above that number: batches do not matter, and what is lost at one rate is lost at
/// every higher one.
/// </summary>
internal sealed class RandomDropout(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>The numbers of the next samples, [samples, modalities].</summary>
    public double[,] Draw(long samples, int modalities)
    {
        var draws = new double[samples, modalities];
        for (int i = 0; i < samples; i++)
        {
            for (int m = 0; m < modalities; m++)
            {
                draws[i, m] = _random.NextDouble();
            }
        }

        return draws;
    }

    /// <summary>The remaining modalities. A sample that would lose all of them keeps the modality with the highest
    /// number.</summary>
    /// <param name="draws">[samples, modalities].</param>
    /// <param name="had">What the samples had; null for everything.</param>
    /// <param name="rate">In [0, 1].</param>
    /// <param name="lost">How many were lost that samples had.</param>
    public static bool[,] Mask(double[,] draws, PresenceMask? had, double rate, out long lost)
    {
        var left = new bool[draws.GetLength(0), draws.GetLength(1)];
        lost = 0;
        for (int i = 0; i < left.GetLength(0); i++)
        {
            int[] own = [.. Enumerable.Range(0, left.GetLength(1)).Where(m => had?[i, m] != false)];
            foreach (int m in own)
            {
                left[i, m] = draws[i, m] >= rate || m == own.MaxBy(k => draws[i, k]);
                lost += left[i, m] ? 0 : 1;
            }
        }

        return left;
    }
}
