using ModalityBalance.Strategies;

namespace ModalityBalance.Training;

/// <summary>A step as named numbers, for logs.</summary>
internal static class StepFigures
{
    /// <summary><c>learning_rate</c>, or one per parameter group, <c>learning_rate_0</c> and so on; then the figures of
    /// the report. Reads the device.</summary>
    public static IReadOnlyList<(string Name, double Value)> Of(TrainingRun run, StepReport report)
    {
        var rates = run.LastLearningRates;
        var named = rates.Select((rate, group) => ($"learning_rate{(rates.Count > 1 ? $"_{group}" : "")}", rate));
        return [.. named, .. report.Figures(run.Model.Modalities)];
    }
}
