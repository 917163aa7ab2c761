using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Training;

namespace Papers;

/// <summary>The means over each epoch of figures that a strategy reports in every step.</summary>
/// <param name="figures">Picks the figures of a step, the same number of them each time.</param>
internal sealed class EpochMeans(Func<StepReport, IReadOnlyList<double>> figures) : TrainingCallback
{
    private readonly List<double[]> _steps = [];
    private readonly List<double[]> _epochs = [];

    /// <summary>Gets the means, [figures][epochs].</summary>
    public double[][] ByFigure => [.. Enumerable.Range(0, _epochs[0].Length).Select(i => _epochs.Select(epoch => epoch[i]).ToArray())];

    /// <inheritdoc/>
    public override void OnStep(TrainingStep step, StepReport report) => _steps.Add([.. figures(report)]);

    /// <inheritdoc/>
    public override void OnEpochEnd(EpochSummary summary)
    {
        _epochs.Add([.. Enumerable.Range(0, _steps[0].Length).Select(i => _steps.Average(step => step[i]))]);
        _steps.Clear();
    }
}
