using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Training;

namespace ModalityBalance.Tests.Support;

/// <summary>An observer made of functions.</summary>
public sealed class Hooks : ITrainingObserver
{
    public Action<TrainingRun> FitStart { get; init; } = _ => { };

    public Action<int> EpochStart { get; init; } = _ => { };

    public Action<TrainingStep, StepReport> Step { get; init; } = (_, _) => { };

    public Action<EpochSummary> EpochEnd { get; init; } = _ => { };

    public Action Interrupted { get; init; } = () => { };

    public Action<TrainingResult> FitEnd { get; init; } = _ => { };

    public void OnFitStart(TrainingRun run) => FitStart(run);

    public void OnEpochStart(int epoch) => EpochStart(epoch);

    public void OnStep(TrainingStep step, StepReport report) => Step(step, report);

    public void OnEpochEnd(EpochSummary summary) => EpochEnd(summary);

    public void OnInterrupted() => Interrupted();

    public void OnFitEnd(TrainingResult result) => FitEnd(result);
}
