using ModalityBalance.Data;
using ModalityBalance.Distributed;
using ModalityBalance.Gradients;
using ModalityBalance.Internal;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>An epoch as a strategy sees it: the run's parts, and what the strategy may ask of the run.</summary>
public sealed class EpochContext
{
    /// <summary>The number of the epoch, from 0.</summary>
    public required int Epoch { get; init; }

    /// <summary>The number of epochs of the run, at least 1.</summary>
    public required int Epochs { get; init; }

    /// <summary>The network in training.</summary>
    public required IMultimodalModel Model { get; init; }

    /// <summary>The learning task.</summary>
    public required LearningTask Task { get; init; }

    /// <summary>The device of the model.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>The source of teacher outputs, or <see langword="null"/> if there is none.</summary>
    public ITeacherSource? Teachers { get; init; }

    /// <summary>The processes that train together. Each scans its own part of every batch: what a strategy takes from a scan it
    /// must sum over them. Defaults to <see cref="ProcessGroup.SingleProcess"/>.</summary>
    public ProcessGroup Processes { get; init; } = ProcessGroup.SingleProcess;

    /// <summary>The training data, whole. Enumerating it does not change the order in which the run sees it.</summary>
    public required IBatchSource TrainingData { get; init; }

    /// <summary>Scans this process's part of the training data once, in the order of this epoch, on <see
    /// cref="Device"/>.</summary>
    /// <returns>Batches that live until the next one is asked for.</returns>
    public IEnumerable<MultimodalBatch> TrainingBatches()
    {
        foreach (var batch in TrainingData.Batches(Epoch))
        {
            using var scope = NewDisposeScope();
            yield return batch.PartFor(Processes).To(Device);
        }
    }

    /// <summary>Scans the representations of this process's part of the first batches of this epoch, in evaluation mode and
    /// without a graph. Counts the encoder passes.</summary>
    /// <param name="share">The share of the batches to scan, rounded up, in (0, 1]. A source that does not know its number of
    /// batches is scanned whole.</param>
    /// <param name="use">Invoked with each batch on <see cref="Device"/> and one representation per modality, [batch, ...],
    /// zeros for samples without the modality. They live until it returns.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of its range.</exception>
    public void ScanRepresentations(double share, Action<MultimodalBatch, IReadOnlyList<Tensor>> use)
    {
        Require.PositiveShare(share);
        ArgumentNullException.ThrowIfNull(use);
        int batches = TrainingData.BatchCount is { } count ? (int)Math.Ceiling(share * count) : int.MaxValue;
        using var evaluation = EvaluationMode.Enter(Model.Root);
        using var noGrad = no_grad();
        foreach (var batch in TrainingBatches().Take(batches))
        {
            use(batch, [.. Model.Modalities.Select((_, m) => PresentRows.Encode(Model, batch, m))]);
            Count(new EncoderPasses(Model.Modalities.Count, 0));
        }
    }

    /// <summary>Makes the optimizer forget its momenta and statistics. Parameters and learning rates stay.</summary>
    public void ResetOptimizer() => OnResetOptimizer();

    /// <summary>Forgets the best epoch so far, so that the epochs to come are compared among themselves: for a strategy that
    /// begins to train another part of the model.</summary>
    public void ForgetBest() => OnForgetBest();

    /// <summary>Ends training after this epoch.</summary>
    /// <param name="reason">A sentence for the result.</param>
    public void Stop(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        OnStop(reason);
    }

    /// <summary>Adds encoder passes that the strategy made outside its steps to the epoch's count.</summary>
    /// <param name="passes">The passes.</param>
    public void Count(EncoderPasses passes) => OnCount(passes);

    /// <summary>Carries out <see cref="ResetOptimizer"/>. Does nothing by default, as in a loop of one's own.</summary>
    public Action OnResetOptimizer { get; init; } = () => { };

    /// <summary>Carries out <see cref="ForgetBest"/>. Does nothing by default.</summary>
    public Action OnForgetBest { get; init; } = () => { };

    /// <summary>Carries out <see cref="Stop"/>. Does nothing by default.</summary>
    public Action<string> OnStop { get; init; } = _ => { };

    /// <summary>Carries out <see cref="Count"/>. Does nothing by default.</summary>
    public Action<EncoderPasses> OnCount { get; init; } = _ => { };
}
