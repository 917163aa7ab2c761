using System.Globalization;
using System.Text.Json.Serialization;

namespace ModalityBalance.Tasks;

/// <summary>How good predictions were, in plain numbers.</summary>
/// <param name="Samples">Samples that were scored.</param>
[JsonDerivedType(typeof(ClassificationScores), "classification")]
[JsonDerivedType(typeof(MultiLabelScores), "multi-label")]
[JsonDerivedType(typeof(RegressionScores), "regression")]
[JsonDerivedType(typeof(OtherScores), "other")]
public abstract record TaskScores(long Samples)
{
    /// <summary>The mean task loss of the predictions, or NaN if it was not measured.</summary>
    public double Loss { get; init; } = double.NaN;

    /// <summary>The score that decides which epoch is the best; higher is better. NaN where it is not defined, as
    /// without samples.</summary>
    public abstract double Primary { get; }

    /// <summary>All scores as named numbers, for logs. The same names in the same order for every result of one task.
    /// </summary>
    /// <returns>By default only <c>primary</c>.</returns>
    public virtual IReadOnlyList<(string Name, double Value)> Figures() => [("primary", Primary)];

    /// <summary>The scores as a line for people: <c>accuracy 0.961, macro f1 0.960, loss 0.123 on 1000 samples</c>.</summary>
    public sealed override string ToString()
    {
        var figures = Figures().Append(("loss", Loss)).Select(figure => string.Create(
            CultureInfo.InvariantCulture, $"{figure.Item1.Replace('_', ' ')} {figure.Item2:0.000}"));
        return string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", figures)} on {Samples} samples");
    }
}
