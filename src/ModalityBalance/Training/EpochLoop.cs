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
    TrainerOptions options) : IDisposable
{
    private readonly StepGuard? _guard = options.NonFinite == NonFinitePolicy.Ignore ? null : new StepGuard(model);
    private long _steps;

    public EpochSummary Run(int epoch, IEnumerable<MultimodalBatch> batches, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        using var losses = new RunningMean(options.Device);
        var passes = default(EncoderPasses);
        int skipped = 0;
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
            if (ComputeGradients(step) is { } report)
            {
                optimizer.step();
                losses.Add(report.DeviceLoss);
                options.Notify(observer => observer.OnStep(step, report));
            }
            else
            {
                skipped++;
            }

            passes += step.Passes;
        }

        if (passes == default)
        {
            throw new ArgumentException($"Epoch {epoch} must hold at least one batch, but held none.");
        }

        return new EpochSummary(epoch, losses.Read(), clock.Elapsed, skipped, passes, Validation: null);
    }

    public void Dispose() => _guard?.Dispose();

    /// <summary>Null for a step to be skipped.</summary>
    private StepReport? ComputeGradients(TrainingStep step)
    {
        if (_guard is null)
        {
            return strategy.ComputeGradients(step);
        }

        try
        {
            return _guard.ComputeGradients(strategy, step);
        }
        catch (NonFiniteLossException) when (options.NonFinite == NonFinitePolicy.Skip)
        {
            return null;
        }
    }
}
