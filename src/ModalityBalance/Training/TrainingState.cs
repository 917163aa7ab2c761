using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using static TorchSharp.torch.optim;

namespace ModalityBalance.Training;

/// <summary>Everything that changes in the course of a run: what a checkpoint holds.</summary>
internal sealed class TrainingState : IDisposable
{
    private readonly BestWeights _best;
    private readonly Lazy<TrainingIdentity> _identity;

    /// <summary>The state before the first step; the model must be on its device.</summary>
    public TrainingState(
        IMultimodalModel model,
        LearningTask task,
        IGradientStrategy strategy,
        TrainerOptions options,
        IBatchSource data)
    {
        (Model, Strategy, Observers) = (model, strategy, options.Observers);
        Optimizer = options.MakeOptimizer(model);
        Rates = new LearningRates(Optimizer, options);
        Sums = new EpochSums(options.Device);
        _identity = new Lazy<TrainingIdentity>(() => TrainingIdentity.Of(this, task, options, data));
        _best = new BestWeights(model.Root);
        Carry("model", _best);
    }

    public IMultimodalModel Model { get; }

    public IGradientStrategy Strategy { get; }

    public IReadOnlyList<ITrainingObserver> Observers { get; }

    public Optimizer Optimizer { get; }

    public LearningRates Rates { get; }

    /// <summary>The epoch under way.</summary>
    public EpochSums Sums { get; }

    /// <summary>The epochs that are done.</summary>
    public List<EpochSummary> Epochs { get; } = [];

    /// <summary>Steps that are done.</summary>
    public long Step { get; set; }

    public string? StopReason { get; set; }

    /// <summary>Made when a checkpoint is first written or read: describing the data may take a pass over it.</summary>
    public TrainingIdentity Identity => _identity.Value;

    /// <summary>What the checkpoint that was gone on from holds for others; null if there is none.</summary>
    public Resumption? Resumption { get; private set; }

    /// <summary>Best weights by name.</summary>
    public Dictionary<string, BestWeights> Carried { get; } = [];

    public int? BestEpoch => _best.Epoch;

    /// <summary>Disposed with the run.</summary>
    public List<IDisposable> Held { get; } = [];

    /// <summary>Whether no epoch is left. One that is under way is ended, whatever asks for a stop.</summary>
    public bool IsAtEnd(int epochs) =>
        Epochs.Count >= epochs || (StopReason is not null && Sums.Batches == 0);

    /// <summary>Goes on from a checkpoint.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or of another run; nothing was changed.</exception>
    public void Resume(string path)
    {
        Resumption = new Resumption(path);
        Resumption.Restore(this);
        Resumption.LoadBest("model", _best);
    }

    /// <inheritdoc cref="TrainingRun.Carry"/>
    public void Carry(string name, BestWeights best)
    {
        Carried.Add(name, best);
        Resumption?.LoadBest(name, best);
    }

    /// <summary>Counts a step of so many batches; its report is null if it was skipped.</summary>
    public void EndStep(TrainingStep step, StepReport? report, int batches)
    {
        Sums.Add(report?.DeviceLoss, step.Passes, batches);
        Rates.EndStep();
        Step++;
    }

    /// <summary>Ends the epoch under way.</summary>
    /// <param name="validation">Its scores; null without validation data.</param>
    public EpochSummary EndEpoch(EvaluationResult? validation)
    {
        var summary = Sums.Summary(Epochs.Count, validation);
        Rates.EndEpoch(validation?.Loss ?? summary.Loss);
        if (validation is not null)
        {
            _best.Offer(summary.Epoch, validation.Fused.Primary);
        }

        Epochs.Add(summary);
        Sums.Restore(EpochSumValues.None);
        return summary;
    }

    public void RestoreBestWeights() => _best.Restore();

    public void Dispose()
    {
        Held.ForEach(resource => resource.Dispose());
        Resumption?.Dispose();
        _best.Dispose();
        Sums.Dispose();
        Optimizer.Dispose();
    }
}
