using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Training;

namespace ModalityBalance.Benchmarks.Loop;

/// <summary>Does something after every step.</summary>
internal sealed class StepHook(Action<TrainingRun> after) : TrainingCallback
{
    public override void OnStep(TrainingStep step, StepReport report) => after(Run);
}
