using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>The steps of an epoch, for one run of the trainer.</summary>
internal sealed class EpochLoop(
    TrainingState state, LearningTask task, TrainerOptions options) : IDisposable
{
    private readonly StepGuard? _guard =
        options.OnNonFinite == NonFinitePolicy.Ignore ? null : new StepGuard(state.Model);

    private NonFiniteException? _lastSkipped;

    /// <summary>Runs the steps of the run's epoch that are left.</summary>
    /// <exception cref="NonFiniteException">The epoch had no step that was not skipped, or one that the options do not
    /// let be skipped.</exception>
    public void Run(IBatchSource train, CancellationToken cancellation)
    {
        int epoch = state.Epochs.Count;
        using var time = state.Sums.Time();
        using var groups = new BatchGroups(train.Batches(epoch), options.BatchesPerStep, options.Device);
        groups.Skip(state.Sums.Batches);
        state.Resumption?.RestoreRandomNumbers();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var group = groups.Next();
            if (group.Count == 0)
            {
                break;
            }

            Step(group);
        }

        if (state.Sums.AllSkipped)
        {
            throw new NonFiniteException(
                $"Epoch {epoch} must have a step whose loss and gradients are finite, but all were skipped. "
                + $"{_lastSkipped?.Message}", epoch, state.Step - 1);
        }
    }

    public void Dispose() => _guard?.Dispose();

    private void Step(IReadOnlyList<MultimodalBatch> group)
    {
        var batch = MultimodalBatch.Concatenate(group);
        var step = new TrainingStep(
            state.Model, task, batch, state.Epochs.Count, state.Step, options.Teachers?.For(batch), group[0].Size);
        var report = ComputeGradients(step);
        if (report is not null)
        {
            if (options.MaxGradientNorm is { } limit)
            {
                using var norm = GradientClipping.ByNorm(state.Model.Root.parameters(), limit);
            }

            state.Rates.StepOptimizer(state.Step);
        }

        state.EndStep(step, report, group.Count);
        if (report is not null)
        {
            options.Notify(observer => observer.OnStep(step, report));
        }
    }

    /// <summary>Null for a step to be skipped.</summary>
    private StepReport? ComputeGradients(TrainingStep step)
    {
        if (_guard is null)
        {
            return StrategyCall.ComputeGradients(state.Strategy, step);
        }

        try
        {
            return _guard.ComputeGradients(state.Strategy, step);
        }
        catch (NonFiniteException skipped) when (options.OnNonFinite == NonFinitePolicy.Skip)
        {
            _lastSkipped = skipped;
            return null;
        }
    }
}
