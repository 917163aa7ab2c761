namespace ModalityBalance.Tests.Golden;

/// <summary>The tolerance of every golden comparison.</summary>
internal static class GoldenComparison
{
    /// <summary>
    /// Relative. The files hold 50-digit results rounded to double; what is left is the rounding of a few hundred
    /// operations of 1e-16 each, times the conditioning of the sampled problems.
    /// </summary>
    public const double Tolerance = 1e-12;

    /// <summary>
    /// Equal to 1e-12 of the expected number, or of <paramref name="scale"/> where that is larger: the magnitude of
    /// the terms whose sum the number is, for numbers that may cancel to near zero.
    /// </summary>
    public static void ShouldMatch(this double actual, double expected, double scale = 0, string because = "") =>
        actual.Should().BeApproximately(expected, Tolerance * Math.Max(Math.Abs(expected), scale), because);

    /// <summary>Element by element, to 1e-12 of the largest expected element.</summary>
    public static void ShouldMatch(this IReadOnlyList<double> actual, IReadOnlyList<double> expected)
    {
        actual.Should().HaveCount(expected.Count);
        var scale = expected.Max(Math.Abs);
        for (var i = 0; i < expected.Count; i++)
        {
            actual[i].ShouldMatch(expected[i], scale, $"element {i}");
        }
    }
}
