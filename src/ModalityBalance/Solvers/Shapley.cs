using System.Numerics;

namespace ModalityBalance.Solvers;

/// <summary>
/// Exact Shapley values (Shapley, 1953): what each player adds to a value, mean over all orders in which the players
/// could join,
/// phi_i = sum over S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S)).
/// They sum to v(all) - v(none), are equal for players that add the same everywhere, and 0 for one that never adds
/// anything.
/// </summary>
public static class Shapley
{
    /// <summary>The largest number of players: 2^16 subsets.</summary>
    public const int MaxPlayers = 16;

    /// <summary>Computes the value of every player.</summary>
    /// <param name="values">v(S) for each of the 2^n subsets S of the players, n in [1, <see cref="MaxPlayers"/>].
    /// Player i is in the subset at index k when bit i of k is set: index 0 is v(none), the last one v(all).</param>
    /// <returns>One number per player, in the unit of the values; all are NaN if one of the values is.</returns>
    /// <exception cref="ArgumentException">Another number of values.</exception>
    public static double[] Values(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        int players = BitOperations.Log2((uint)Math.Max(1, values.Count));
        if (values.Count != 1 << players || players is < 1 or > MaxPlayers)
        {
            throw new ArgumentException(
                $"values must hold one number per subset of 1 to {MaxPlayers} players, a power of two, but holds "
                + $"{values.Count}.", nameof(values));
        }

        double[] weights = [.. Enumerable.Range(0, players).Select(size => Weight(size, players))];
        return [.. Enumerable.Range(0, players).Select(player => Value(values, player, weights))];
    }

    private static double Value(IReadOnlyList<double> values, int player, double[] weights)
    {
        int bit = 1 << player;
        double sum = 0;
        for (int subset = 0; subset < values.Count; subset++)
        {
            if ((subset & bit) == 0)
            {
                sum += weights[BitOperations.PopCount((uint)subset)] * (values[subset | bit] - values[subset]);
            }
        }

        return sum;
    }

    /// <summary>The weight of a coalition S of the others, |S|! (n - |S| - 1)! / n! = 1 / (n binomial(n - 1, |S|)).</summary>
    internal static double Weight(int size, int players)
    {
        double binomial = 1;
        for (int k = 1; k <= size; k++)
        {
            binomial = binomial * (players - k) / k;
        }

        return 1 / (players * binomial);
    }
}
