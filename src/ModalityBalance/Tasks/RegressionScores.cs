namespace ModalityBalance.Tasks;

/// <summary>Scores of a regression.</summary>
/// <param name="Samples">Samples that were scored.</param>
/// <param name="MeanAbsoluteError">Mean of |prediction - target|; NaN without samples.</param>
/// <param name="MeanAbsolutePercentageError">Mean of |prediction - target| / |target| over the samples whose target is
/// not zero, 1 for 100 %; NaN when there is none.</param>
/// <param name="R2">1 - residual / total sum of squares, at most 1; NaN without samples or with a constant target, that
/// of a single sample included.</param>
public sealed record RegressionScores(
    long Samples, double MeanAbsoluteError, double MeanAbsolutePercentageError, double R2) : TaskScores(Samples)
{
    /// <summary>The mean absolute error, negative so that higher is better.</summary>
    public override double Primary => -MeanAbsoluteError;

    /// <inheritdoc/>
    /// <returns><c>mean_absolute_error</c>, <c>mean_absolute_percentage_error</c> and <c>r2</c>.</returns>
    public override IReadOnlyList<(string Name, double Value)> Figures() =>
        [
            ("mean_absolute_error", MeanAbsoluteError),
            ("mean_absolute_percentage_error", MeanAbsolutePercentageError),
            ("r2", R2),
        ];

    /// <summary>Compares predictions with targets.</summary>
    /// <param name="predicted">A value per sample.</param>
    /// <param name="actual">The true one per sample.</param>
    /// <exception cref="ArgumentException">Unequal lengths.</exception>
    public static RegressionScores Of(IReadOnlyList<double> predicted, IReadOnlyList<double> actual)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(actual);
        if (predicted.Count != actual.Count)
        {
            throw new ArgumentException(
                $"predicted must hold one value per sample, {actual.Count}, but holds {predicted.Count}.",
                nameof(predicted));
        }

        var errors = predicted.Zip(actual, (p, y) => p - y).ToArray();
        double center = Mean(actual);
        double total = actual.Sum(y => (y - center) * (y - center));
        // By the values themselves: the rounded mean of equal values may differ from them.
        bool varies = actual.Any(y => y != actual[0]);
        double r2 = varies ? 1 - (errors.Sum(e => e * e) / total) : double.NaN;
        var relative = errors.Zip(actual).Where(pair => pair.Second != 0).Select(pair => pair.First / pair.Second);
        return new RegressionScores(
            actual.Count, Mean(errors.Select(Math.Abs)), Mean(relative.Select(Math.Abs)), r2);
    }

    private static double Mean(IEnumerable<double> values) => values.DefaultIfEmpty(double.NaN).Average();
}
