using ModalityBalance.Evaluation;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Training;

namespace ModalityBalance.Plots;

/// <summary>Charts of a training: of its result, and of the figures that its strategy reported.</summary>
public static class TrainingCharts
{
    private const string Epoch = "epoch";
    private const string Step = "training step";

    /// <summary>Draws the primary validation score of the fused prediction and of each modality's own, by epoch from 1.</summary>
    /// <param name="result">A training with validation data.</param>
    /// <param name="modalities">The names of the modalities, in order.</param>
    /// <exception cref="ArgumentException">No epoch has validation scores, or the number of modalities differs.</exception>
    public static LineChart LearningCurves(TrainingResult result, IReadOnlyList<string> modalities)
    {
        ArgumentNullException.ThrowIfNull(result);
        Check.Parts(modalities, nameof(modalities), modality => modality);
        var first = result.Epochs.FirstOrDefault(epoch => epoch.Validation is not null)?.Validation
            ?? throw new ArgumentException(
                "result must hold validation scores, but no epoch has any: give the trainer validation data.", nameof(result));
        if (first.Unimodal is { } heads)
        {
            Check.Count(modalities.Count, heads.Count, nameof(modalities), nameof(modalities));
        }

        return new LineChart("Learning curves", Epoch, $"validation {ScoreNames.Of(first.Fused)}",
        [
            Curve("fused", scores => scores.Fused),
            .. first.Unimodal is null ? [] : modalities.Select((modality, m) => Curve(modality, scores => scores.Unimodal?[m])),
        ]);

        Series Curve(string name, Func<EvaluationResult, TaskScores?> scores) => Series.Of(name, result.Epochs.Select(epoch => (
            epoch.Epoch + 1.0,
            epoch.Validation is { } there && scores(there) is { } known ? known.Primary : double.NaN)));
    }

    /// <summary>Draws the training loss and, with validation data, the validation loss, by epoch from 1.</summary>
    /// <param name="result">A training.</param>
    public static LineChart Losses(TrainingResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var training = Series.Of("training", result.Epochs.Select(epoch => (epoch.Epoch + 1.0, epoch.Loss)));
        var validation = Series.Of("validation", result.Epochs
            .Select(epoch => (epoch.Epoch + 1.0, epoch.Validation?.Loss ?? double.NaN)));
        bool validated = result.Epochs.Any(epoch => epoch.Validation is not null);
        return new LineChart("Loss", Epoch, "loss", validated ? [training, validation] : [training]);
    }

    /// <summary>Draws a figure that a strategy reported, with a curve for each modality that has it.</summary>
    /// <param name="history">The figures.</param>
    /// <param name="figure">The name of the figure without a modality, such as <c>loss</c> or <c>alpha</c>.</param>
    /// <param name="title">The title of the chart. Defaults to the name of the figure.</param>
    /// <exception cref="ArgumentException">The history has no such figure.</exception>
    public static LineChart Figure(StepHistory history, string figure, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentException.ThrowIfNullOrWhiteSpace(figure);
        string[] modalities = [.. history.Modalities.Where(modality => history.Names.Contains($"{figure}_{modality}"))];
        Series[] series = modalities.Length > 0
            ? [.. modalities.Select(modality => Curve(modality, $"{figure}_{modality}"))]
            : [Curve(figure, figure)];
        return new LineChart(title ?? figure, Step, figure.Replace('_', ' '), series);

        Series Curve(string name, string values) =>
            Series.Of(name, history.Steps.Zip(history[values], (step, value) => ((double)step, value)));
    }

    /// <summary>Draws the min-norm weight of each modality's distillation gradient, as <see cref="I2MCL"/> reports it.</summary>
    /// <param name="history">The figures of a run of I2MCL.</param>
    /// <exception cref="ArgumentException">The history has no figure <c>alpha</c>.</exception>
    public static LineChart Alpha(StepHistory history) => Figure(history, "alpha", "Alpha of I2MCL");

    /// <summary>Draws the cosine of the gradients of the fused and of each modality's own loss, as <see cref="MMPareto"/> reports
    /// it. Below 0 the two conflict.</summary>
    /// <param name="history">The figures of a run of MMPareto or of another strategy that reports <c>cosine</c>.</param>
    /// <exception cref="ArgumentException">The history has no figure <c>cosine</c>.</exception>
    public static LineChart Cosines(StepHistory history) =>
        Figure(history, "cosine", "Cosine of fused and unimodal gradients") with { Reference = 0 };

    /// <summary>Draws the phases of <see cref="G2D"/> as bands: the steps in which one modality learned by itself, and those in
    /// which all did.</summary>
    /// <param name="history">The figures of a run of G2D.</param>
    /// <exception cref="ArgumentException">The history has no figure <c>prioritized</c>.</exception>
    public static LaneChart PrioritizedModality(StepHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return Choices(history, "prioritized", "Prioritized modality of G2D", ["all", .. history.Modalities], first: -1);
    }

    /// <summary>Draws as bands which modality <see cref="I2MCL"/> selected to learn from the task.</summary>
    /// <param name="history">The figures of a run of I2MCL.</param>
    /// <exception cref="ArgumentException">The history has no figure <c>selected</c>.</exception>
    public static LaneChart SelectedModality(StepHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return Choices(history, "selected", "Selected modality of I2MCL", history.Modalities, first: 0);
    }

    private static LaneChart Choices(
        StepHistory history, string figure, string title, IReadOnlyList<string> lanes, int first)
    {
        var choices = history.Steps.Zip(history[figure], (step, value) =>
            ((double)step, double.IsNaN(value) ? (int?)null : (int)value - first));
        return new LaneChart(title, Step, lanes, [LaneRun.Of(figure, choices)]);
    }
}
