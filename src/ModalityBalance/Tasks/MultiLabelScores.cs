namespace ModalityBalance.Tasks;

/// <summary>Scores of a classification in which a sample may have any number of labels.</summary>
/// <param name="Samples">Samples that were scored.</param>
/// <param name="MeanAveragePrecision">Mean over labels of the average precision, in [0, 1]: the mean of the precision at the rank
/// of each positive sample, where equal logits share the last of their ranks, so that a constant scores the label's frequency and
/// the order of the samples does not count; one that is not a number ranks last. Labels without a positive sample are left out;
/// NaN when none is left, as without samples.</param>
/// <param name="MicroF1">2 TP / (2 TP + FP + FN) over all labels at probability one half, in [0, 1]; NaN when nothing
/// is positive, true or predicted.</param>
public sealed record MultiLabelScores(long Samples, double MeanAveragePrecision, double MicroF1) : TaskScores(Samples)
{
    /// <summary>The mean average precision.</summary>
    public override double Primary => MeanAveragePrecision;

    /// <inheritdoc/>
    /// <returns><c>mean_average_precision</c> and <c>micro_f1</c>.</returns>
    public override IReadOnlyList<(string Name, double Value)> Figures() =>
        [("mean_average_precision", MeanAveragePrecision), ("micro_f1", MicroF1)];

    /// <summary>Ranks the samples for each label.</summary>
    /// <param name="logits">[samples, labels].</param>
    /// <param name="actual">[samples, labels], true where a sample has a label.</param>
    /// <exception cref="ArgumentException">Unequal shapes.</exception>
    public static MultiLabelScores Of(double[,] logits, bool[,] actual)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(actual);
        int samples = actual.GetLength(0);
        int labels = actual.GetLength(1);
        if (logits.GetLength(0) != samples || logits.GetLength(1) != labels)
        {
            throw new ArgumentException(
                $"logits must have shape [{samples}, {labels}], but have [{logits.GetLength(0)}, "
                + $"{logits.GetLength(1)}].", nameof(logits));
        }

        var columns = Enumerable.Range(0, labels)
            .Select(l => Enumerable.Range(0, samples).Select(s => (Logit: logits[s, l], Positive: actual[s, l])));
        double precision = columns.Select(AveragePrecision).Where(double.IsFinite)
            .DefaultIfEmpty(double.NaN).Average();
        var all = columns.SelectMany(column => column).ToArray();
        double hits = all.Count(x => x.Positive && x.Logit > 0);
        double mentions = all.Count(x => x.Positive) + all.Count(x => x.Logit > 0);
        return new MultiLabelScores(samples, precision, 2 * hits / mentions);
    }

    private static double AveragePrecision(IEnumerable<(double Logit, bool Positive)> column)
    {
        int ranked = 0;
        int positives = 0;
        double sum = 0;
        foreach (var equal in column.GroupBy(x => x.Logit).OrderByDescending(group => group.Key))
        {
            int hits = equal.Count(x => x.Positive);
            (ranked, positives) = (ranked + equal.Count(), positives + hits);
            sum += (double)hits * positives / ranked;
        }

        return sum / positives;
    }
}
