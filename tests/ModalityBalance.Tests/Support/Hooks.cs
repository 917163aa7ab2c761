using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Training;

namespace ModalityBalance.Tests.Support;

/// <summary>An observer made of functions.</summary>
public sealed class Hooks : TrainingCallback
{
    public Action<TrainingRun> FitStart { get; init; } = _ => { };

    public Action<int> EpochStart { get; init; } = _ => { };

    public Action<TrainingStep, StepReport> Step { get; init; } = (_, _) => { };

    public Action<EpochSummary> EpochEnd { get; init; } = _ => { };

    public Action Interrupted { get; init; } = () => { };

    public Action<TrainingResult> FitEnd { get; init; } = _ => { };

    public override void OnFitStart() => FitStart(Run);

    public override void OnEpochStart(int epoch) => EpochStart(epoch);

    public override void OnStep(TrainingStep step, StepReport report) => Step(step, report);

    public override void OnEpochEnd(EpochSummary summary) => EpochEnd(summary);

    public override void OnInterrupted() => Interrupted();

    public override void OnFitEnd(TrainingResult result) => FitEnd(result);
}
