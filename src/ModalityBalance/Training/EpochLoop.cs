using System.Diagnostics;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace ModalityBalance.Training;

/// <summary>The steps of an epoch, for one run of the trainer.</summary>
internal sealed class EpochLoop(
    IMultimodalModel model,
    LearningTask task,
    IGradientStrategy strategy,
    Optimizer optimizer,
    TrainerOptions options)
{
    private long _steps;

    public EpochSummary Run(int epoch, IEnumerable<MultimodalBatch> batches, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        using var losses = new RunningMean(options.Device);
        var passes = default(EncoderPasses);
        using var next = batches.GetEnumerator();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            if (!next.MoveNext())
            {
                break;
            }

            var batch = next.Current.To(options.Device);
            var step = new TrainingStep(model, task, batch, epoch, _steps++, options.Teachers?.For(batch));
            var report = strategy.ComputeGradients(step);
            optimizer.step();
            losses.Add(report.DeviceLoss);
            passes += step.Passes;
            options.Notify(observer => observer.OnStep(step, report));
        }

        return new EpochSummary(epoch, losses.Read(), clock.Elapsed, passes, Validation: null);
    }
}
