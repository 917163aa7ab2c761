using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Training;

namespace ModalityBalance.Benchmarks.Loop;

/// <summary>Does something after every step.</summary>
internal sealed class StepHook(Action<TrainingRun> after) : ITrainingObserver
{
    private TrainingRun? _run;

    public void OnFitStart(TrainingRun run) => _run = run;

    public void OnStep(TrainingStep step, StepReport report) => after(_run!);
}
