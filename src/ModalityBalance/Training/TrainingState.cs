using ModalityBalance.Evaluation;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Training.Checkpoints;
using static TorchSharp.torch.optim;

namespace ModalityBalance.Training;

/// <summary>Everything that changes in the course of a run: what a checkpoint holds.</summary>
internal sealed class TrainingState : IDisposable
{
    private readonly List<EpochSummary> _epochs = [];
    private readonly Dictionary<string, BestWeights> _carried = [];
    private readonly BestWeights _best;

    /// <param name="model">On its device.</param>
    /// <param name="task">What it learns.</param>
    /// <param name="strategy">How.</param>
    /// <param name="options">With the optimizer to make.</param>
    /// <param name="data">What it learns from, for the identity.</param>
    public TrainingState(
        IMultimodalModel model,
        LearningTask task,
        IGradientStrategy strategy,
        TrainerOptions options,
        IBatchSource data)
    {
        (Model, Strategy, Observers) = (model, strategy, options.Observers);
        Optimizer = options.MakeOptimizer(model);
        Rates = new LearningRatePlan(Optimizer, options);
        Sums = new EpochSums(options.Device);
        Identity = TrainingIdentity.Of(this, task, options, data);
        _best = new BestWeights(model.Root);
        Carry("model", _best);
    }

    public IMultimodalModel Model { get; }

    public IGradientStrategy Strategy { get; }

    public IReadOnlyList<ITrainingObserver> Observers { get; }

    public Optimizer Optimizer { get; }

    public LearningRatePlan Rates { get; }

    /// <summary>The epoch under way.</summary>
    public EpochSums Sums { get; }

    /// <summary>The epochs that are done.</summary>
    public IReadOnlyList<EpochSummary> Epochs => _epochs;

    /// <summary>Steps that are done.</summary>
    public long Step { get; private set; }

    public string? StopReason { get; set; }

    public TrainingIdentity Identity { get; }

    /// <summary>What the checkpoint that was gone on from holds for others; null if there is none.</summary>
    public Resumption? Resumption { get; private set; }

    /// <summary>Best weights by name.</summary>
    public IReadOnlyDictionary<string, BestWeights> Carried => _carried;

    public int? BestEpoch => _best.Epoch;

    /// <summary>Whether no epoch is left. One that is under way is ended, whatever asks for a stop.</summary>
    public bool IsAtEnd(int epochs) =>
        Epochs.Count >= epochs || (StopReason is not null && Sums.Batches == 0);

    /// <summary>Goes on from a checkpoint.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or of another run; nothing was changed.</exception>
    public void Resume(string path)
    {
        var checkpoint = CheckpointFile.Open(path);
        Resumption = new Resumption(checkpoint);
        var content = checkpoint.Content;
        Identity.CheckSameAs(content.Identity, path);
        _epochs.AddRange(content.Epochs);
        (Step, StopReason) = (content.Step, content.StopReason);
        Sums.Restore(content.Sums);
        Rates.Replay(Step, _epochs.Select(epoch => epoch.Validation?.Loss ?? epoch.Loss));
        Rates.CheckKept(() => checkpoint.LoadOptimizer(Optimizer), path);
        Strategy.SetState(content.Strategy);
        checkpoint.LoadModel(Model.Root);
        Resumption.LoadBest("model", _best);
    }

    /// <inheritdoc cref="TrainingRun.Carry"/>
    public void Carry(string name, BestWeights best)
    {
        _carried.Add(name, best);
        Resumption?.LoadBest(name, best);
    }

    /// <summary>Counts a step.</summary>
    /// <param name="step">What was done.</param>
    /// <param name="report">Null if it was skipped.</param>
    /// <param name="batches">How many batches it used.</param>
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

        _epochs.Add(summary);
        Sums.Restore(EpochSumValues.None);
        return summary;
    }

    public void RestoreBest() => _best.Restore();

    public void Dispose()
    {
        Resumption?.Dispose();
        _best.Dispose();
        Sums.Dispose();
        Optimizer.Dispose();
    }
}
