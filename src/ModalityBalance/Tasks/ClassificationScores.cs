namespace ModalityBalance.Tasks;

/// <summary>Scores of a classification.</summary>
/// <param name="Samples">Samples that were scored.</param>
/// <param name="Accuracy">Share of samples whose largest logit is that of their class, in [0, 1]; NaN without samples.
/// </param>
/// <param name="MacroF1">Mean over classes of 2 TP / (2 TP + FP + FN), in [0, 1]. A class without samples counts as 0
/// where it is predicted and is left out where it is not; NaN without samples.</param>
public sealed record ClassificationScores(long Samples, double Accuracy, double MacroF1) : TaskScores(Samples)
{
    /// <summary>The accuracy.</summary>
    public override double Primary => Accuracy;

    /// <inheritdoc/>
    /// <returns><c>accuracy</c> and <c>macro_f1</c>.</returns>
    public override IReadOnlyList<(string Name, double Value)> Figures() =>
        [("accuracy", Accuracy), ("macro_f1", MacroF1)];

    /// <summary>Counts predicted against true classes.</summary>
    /// <param name="predicted">A class index per sample, in [0, classes), or -1 for none, which is wrong.</param>
    /// <param name="actual">The true one per sample, in [0, classes).</param>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <exception cref="ArgumentException">Unequal lengths, or a class or their number out of range.</exception>
    public static ClassificationScores Of(
        IReadOnlyList<long> predicted, IReadOnlyList<long> actual, long classes)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        if (predicted.Count != actual.Count)
        {
            throw new ArgumentException(
                $"predicted must hold one class per sample, {actual.Count}, but holds {predicted.Count}.",
                nameof(predicted));
        }

        CheckRange(predicted, -1, classes, nameof(predicted));
        CheckRange(actual, 0, classes, nameof(actual));
        var hits = new long[classes];
        var mentions = new long[classes]; // 2 TP + FP + FN
        for (int i = 0; i < actual.Count; i++)
        {
            hits[actual[i]] += predicted[i] == actual[i] ? 1 : 0;
            mentions[actual[i]]++;
            if (predicted[i] >= 0)
            {
                mentions[predicted[i]]++;
            }
        }

        double accuracy = (double)hits.Sum() / actual.Count;
        double macroF1 = hits.Zip(mentions)
            .Where(counts => counts.Second > 0)
            .Select(counts => 2.0 * counts.First / counts.Second)
            .DefaultIfEmpty(double.NaN)
            .Average();
        return new ClassificationScores(actual.Count, accuracy, macroF1);
    }

    private static void CheckRange(IReadOnlyList<long> values, long least, long classes, string name)
    {
        foreach (var (i, value) in values.Index())
        {
            if (value < least || value >= classes)
            {
                throw new ArgumentException(
                    $"{name} must lie in [{least}, {classes - 1}], but {name}[{i}] is {value}.", name);
            }
        }
    }
}
