using System.Xml.Linq;
using AudioVisualDigits.Results;
using ModalityBalance.Plots;

namespace AudioVisualDigits.Report;

/// <summary>How the accuracy of each prediction grew, epoch by epoch.</summary>
internal static class LearningSection
{
    /// <summary>Gets the section.</summary>
    public static XElement Of(StudyRecord study, IReadOnlyList<StrategyRuns> strategies)
    {
        var names = study.Runs[0].Modalities.Select(modality => $"{modality.Name} head");
        Prediction[] predictions =
        [
            new("fused", scores => scores.Fused),
            .. names.Select((name, m) => new Prediction(name, scores => scores.Heads[m])),
        ];
        return ReportSection.Of(
            "Learning curves",
            Source(study) + (study.Seeds.Count > 1
                ? " Lines are means over the seeds, bands reach from the lowest to the highest seed."
                : ""),
            ReportSection.Charts(predictions.Select(prediction => Chart(prediction, strategies))),
            predictions.Select(prediction => Untrained(prediction, strategies)));
    }

    private static string Source(StudyRecord study) => study.Settings.ValidationShare > 0
        ? "Accuracy on the validation samples after each epoch. They also chose the epoch whose weights were kept."
        : "Accuracy on the test split after each epoch, scored for these curves alone: nothing was chosen by it.";

    private static LineChart? Chart(Prediction prediction, IReadOnlyList<StrategyRuns> strategies)
    {
        Series[] curves =
            [.. strategies.Where(prediction.IsTrainedBy).Select(strategy => strategy.Curve(prediction.Points))];
        return curves.Length == 0
            ? null
            : new LineChart($"Learning curve: {prediction.Name}", "epoch", "accuracy in %", curves);
    }

    private static XElement? Untrained(Prediction prediction, IReadOnlyList<StrategyRuns> strategies)
    {
        string[] names = [.. strategies.Where(one => !prediction.IsTrainedBy(one)).Select(strategy => strategy.Name)];
        return names.Length == 0
            ? null
            : ReportSection.Note($"{prediction.Name}: {RunText.Untrained} by {string.Join(", ", names)}.");
    }

    private sealed record Prediction(string Name, Func<EpochScores, double?> Of)
    {
        public bool IsTrainedBy(StrategyRuns strategy) =>
            strategy.Runs.All(run => run.Epochs.All(epoch => Of(epoch.Scores!) is not null));

        public IEnumerable<(double X, double Y)> Points(RunRecord run) =>
            run.Epochs.Select((epoch, i) => (i + 1.0, 100 * Of(epoch.Scores!) ?? double.NaN));
    }
}
