using ModalityBalance.Data;
using ModalityBalance.Distributed;
using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>A run in progress: where it is, and what callbacks may ask of it.</summary>
public sealed class TrainingRun : IDisposable
{
    private readonly TrainerOptions _options;
    private readonly IGradientStrategy _strategy;
    private readonly RunOptimizer _optimizer;
    private readonly BestWeights _best;
    private readonly Lazy<TrainingIdentity> _identity;
    private readonly Dictionary<string, BestWeights> _carried = [];
    private readonly List<EpochSummary> _epochs = [];
    private readonly List<IDisposable> _held = [];
    private readonly TrainingCallback[] _callbacks;
    private readonly DeferredActions _actions;
    private readonly ProcessAgreement _agreement;
    private readonly RandomStates _random;
    private readonly int? _batchCount;
    private CheckpointFile? _file;
    private bool _isStarted;
    private bool _isDisposed;

    /// <summary>The state before the first step. The model must be on its device.</summary>
    internal TrainingRun(
        IMultimodalModel model,
        LearningTask task,
        IGradientStrategy strategy,
        TrainerOptions options,
        IBatchSource data,
        bool hasValidation)
    {
        (Model, Task, _strategy, _options, HasValidation) = (model, task, strategy, options, hasValidation);
        _callbacks = [.. options.Callbacks.Where(callback => Processes.Rank == 0 || callback.RunsInEveryProcess)];
        _agreement = new ProcessAgreement(Processes);
        _random = new RandomStates(Processes, _agreement);
        _actions = new DeferredActions(_callbacks, _random.TakePartInSaving);
        _batchCount = data.BatchCount;
        StepsPerEpoch = (int?)((data.BatchCount + (long)options.BatchesPerStep - 1) / options.BatchesPerStep);
        _optimizer = new RunOptimizer(model, strategy, options);
        Sums = new EpochSums(options.Device);
        _identity = new Lazy<TrainingIdentity>(
            () => TrainingIdentity.Of(
                model, strategy, _optimizer.Optimizer, _optimizer.Rates.Description, task, options, data));
        _best = new BestWeights(model.Root);
        Carry("model", _best);
    }

    /// <summary>The network.</summary>
    public IMultimodalModel Model { get; }

    /// <summary>The learning task.</summary>
    public LearningTask Task { get; }

    /// <summary>The processes that train together.</summary>
    public ProcessGroup Processes => _options.Processes;

    /// <summary>The number of epochs of the whole run.</summary>
    public int Epochs => _options.Epochs;

    /// <summary>The number of steps per epoch, or <see langword="null"/> if it is unknown.</summary>
    public int? StepsPerEpoch { get; }

    /// <summary>Whether every epoch ends with a validation.</summary>
    public bool HasValidation { get; }

    /// <summary>The epoch in progress, from 0. In <see cref="TrainingCallback.OnEpochEnd"/> it is the next one.</summary>
    public int Epoch => _epochs.Count;

    /// <summary>The number of steps that are done, including skipped ones. Above 0 at the start of a resumed run.</summary>
    public long Step { get; private set; }

    /// <summary>The full path of the checkpoint that the run was resumed from, or <see langword="null"/> for a new run.
    /// </summary>
    public string? ResumedFrom { get; private set; }

    /// <summary>The learning rate of each parameter group in the next step.</summary>
    public IReadOnlyList<double> LearningRates => _optimizer.Rates.At(Step);

    /// <summary>The learning rate of each parameter group in the last step that moved the parameters. Empty before the first
    /// step since training was started or resumed.</summary>
    public IReadOnlyList<double> LastLearningRates => _optimizer.Rates.Last;

    /// <summary>The epoch so far with the highest validation score, or <see langword="null"/> without any.</summary>
    public int? BestEpoch => _best.Epoch;

    /// <summary>The reason why training ends before its last epoch, or <see langword="null"/>.</summary>
    public string? StopReason { get; private set; }

    /// <summary>Ends training after the epoch in progress. The first reason counts.</summary>
    /// <param name="reason">A sentence for the result.</param>
    public void Stop(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        StopReason ??= reason;
    }

    /// <summary>Writes a checkpoint from which the run can be resumed exactly here. Called in a hook of a callback, it writes
    /// when all callbacks of the hook have been invoked, so that it holds what they all remember. The file is written beside
    /// its place and renamed. Of several processes, only process 0 writes.</summary>
    /// <param name="path">The file. An existing one is replaced. Its folder must exist.</param>
    /// <exception cref="InvalidOperationException">The run has not started: call it from
    /// <see cref="TrainingCallback.OnEpochStart"/> on. Or it has ended.</exception>
    /// <exception cref="IOException">The file cannot be written. An existing one is unchanged.</exception>
    /// <exception cref="NotSupportedException">The optimizer is none of TorchSharp's own and cannot be saved.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!_isStarted)
        {
            throw new InvalidOperationException(
                "A run must have started to be saved, but OnFitStart is still being invoked: save it from OnEpochStart on.");
        }

        if (_isDisposed)
        {
            throw new InvalidOperationException(
                "A run must be in progress to be saved, but has ended: save it in OnFitEnd at the latest.");
        }

        if (Processes.Rank > 0)
        {
            return;
        }

        AfterHooks(() => CsvTable.WithWriteAccess(nameof(path), path, () =>
        {
            using var scope = NewDisposeScope();
            CheckpointFile.Write(path, Capture(), _optimizer.Optimizer);
        }));
    }

    /// <summary>Frees the optimizer and everything that belongs to the run. The trainer calls it.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _held.ForEach(resource => resource.Dispose());
        _file?.Dispose();
        _random.Dispose();
        _best.Dispose();
        Sums.Dispose();
        _optimizer.Dispose();
        foreach (var callback in _options.Callbacks)
        {
            callback.State.Dispose();
        }
    }

    /// <summary>The epoch in progress.</summary>
    internal EpochSums Sums { get; }

    /// <summary>The share of the epoch's batches that are used, or null if it is unknown.</summary>
    internal double? EpochProgress => _batchCount is > 0 ? Math.Min(Sums.Batches / (double)_batchCount, 1 - 1e-9) : null;

    /// <summary>The epochs that are done.</summary>
    internal IReadOnlyList<EpochSummary> Summaries => _epochs;

    /// <summary>Whether no epoch is left. One that is in progress is completed, whatever asks for a stop.</summary>
    internal bool IsAtEnd => _epochs.Count >= Epochs || (StopReason is not null && !Sums.HasBegun);

    /// <summary>Runs an action when all callbacks of the hook have been invoked and no batch has turns left.</summary>
    internal void AfterHooks(Action action) => _actions.Add(action);

    /// <summary>Makes sure that all processes train the same from the same weights.</summary>
    /// <exception cref="ArgumentException">One has other options, data or parts.</exception>
    internal void AgreeOnStart()
    {
        if (Processes.Size > 1)
        {
            _agreement.CheckSame(_identity.Value, _options.SharedText(LearningRates));
            _agreement.ShareState(Model.Root);
        }
    }

    /// <summary>Makes the reason why training stops that of process 0, whose callbacks may have asked for it.</summary>
    internal void AgreeOnStop() => StopReason = _agreement.FromOne(StopReason);

    /// <summary>Cancels all processes if one is asked to.</summary>
    internal void ThrowIfCanceled(CancellationToken cancellation)
    {
        if (_agreement.AnyOf(cancellation.IsCancellationRequested))
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    /// <summary>Begins a step, which is counted by <see cref="EndStep"/>.</summary>
    internal void BeginStep() => _actions.BeginStep();

    /// <summary>Gives up a step that did not end, so that the run can be saved. What was asked for within it is forgotten.
    /// </summary>
    internal void AbandonStep() => _actions.AbandonStep();

    /// <summary>Invokes a hook of the strategy. What it remembers is rolled back if it fails, so that the hook can be invoked
    /// again by a resumed run. What it asked for is carried out afterwards, outside its dispose scopes.</summary>
    internal void InvokeStrategy(Action hook)
    {
        _strategy.State.Keep(all: true);
        try
        {
            hook();
        }
        catch
        {
            _strategy.State.RollBack();
            _optimizer.ForgetReset();
            throw;
        }

        _optimizer.ResetIfDue();
    }

    /// <summary>Invokes a hook of every callback, then carries out what they asked for.</summary>
    internal void Notify(Action<TrainingCallback> hook) => _actions.Notify(hook);

    /// <summary>Does what callbacks have asked for, unless the batch has turns left.</summary>
    internal void CarryOutRequests() => _actions.CarryOut();

    /// <summary>Lets checkpoints carry further best weights. A resumed run restores them.</summary>
    internal void Carry(string name, BestWeights best)
    {
        _carried.Add(name, best);
        _file?.LoadBest(name, best);
    }

    /// <summary>Disposes of something when the run is over, however it ends.</summary>
    internal void Hold(IDisposable resource) => _held.Add(resource);

    /// <summary>Restores a checkpoint. Opens no dispose scope, to which the optimizer's momentum would belong.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or of another run; nothing was changed.</exception>
    internal void Resume(string path)
    {
        ResumedFrom = Path.GetFullPath(path);
        _file = CheckpointFile.Open(path);
        var snapshot = _file.Snapshot;
        _identity.Value.CheckSameAs(snapshot.Identity, ResumedFrom);
        _random.Read(_file);
        _epochs.AddRange(snapshot.Epochs);
        (Step, StopReason) = (snapshot.Step, snapshot.StopReason);
        Sums.Restore(snapshot.Sums);
        _optimizer.Rates.Replay(Step, _epochs.Select(epoch => epoch.Validation?.Loss ?? epoch.Loss));
        _optimizer.Rates.CheckKept(() => _file.LoadOptimizer(_optimizer.Optimizer), ResumedFrom);
        using (NewDisposeScope())
        {
            _strategy.State.Restore(_file.Read(TrainingSnapshot.StrategySection));
        }

        _file.LoadModel(Model.Root);
        _file.LoadBest("model", _best);
    }

    /// <summary>Attaches the callbacks, restores what they remembered, and invokes <c>OnFitStart</c>.</summary>
    internal void Start()
    {
        _optimizer.Start();
        foreach (var (key, callback) in Keyed(_callbacks))
        {
            callback.Attach(this);
            if (_file is not null)
            {
                using var scope = NewDisposeScope();
                callback.State.Restore(_file.Read(TrainingSnapshot.CallbackSection + key));
            }
        }

        Notify(callback => callback.OnFitStart());
        _file?.Dispose();
        _file = null;
        _isStarted = true;
    }

    /// <summary>Moves the random number generator to where it was when the checkpoint was written; once, before the first
    /// step.</summary>
    internal void RestoreRandomState() => _random.Restore(Step);

    /// <summary>Moves the parameters.</summary>
    internal void StepOptimizer() => _optimizer.Step(Step);

    /// <summary>Counts a step on so many batches, a skipped one included, when all its turns are done.</summary>
    internal void EndStep(int batches)
    {
        Sums.EndBatches(batches);
        _optimizer.Rates.EndStep();
        Step++;
        _actions.EndStep();
    }

    /// <summary>The epoch in progress, for the strategy.</summary>
    internal EpochContext EpochContext(IBatchSource data) => new()
    {
        Epoch = Epoch,
        Epochs = Epochs,
        Model = Model,
        Task = Task,
        Device = _options.Device,
        Teachers = _options.Teachers,
        TrainingData = data,
        OnResetOptimizer = _optimizer.RequestReset,
        OnForgetBest = _best.Forget,
        OnStop = Stop,
        OnCount = Sums.Count,
        Processes = Processes,
    };

    /// <summary>Ends the epoch in progress.</summary>
    /// <param name="validation">Its scores, or null without validation data.</param>
    /// <param name="strategy">Invoked after the best weights are chosen, before the schedule moves.</param>
    internal EpochSummary EndEpoch(EvaluationResult? validation, Action strategy)
    {
        var summary = Sums.Summary(Epoch, validation);
        if (validation is not null && double.IsFinite(validation.Loss))
        {
            _best.Offer(summary.Epoch, _agreement.FromFirst(_options.Score(validation)));
        }

        strategy();
        summary = Sums.Summary(Epoch, validation);
        _optimizer.Rates.EndEpoch(_agreement.FromFirst(validation?.Loss ?? summary.Loss));
        CheckClaimed();
        _epochs.Add(summary);
        Sums.Restore(EpochSumValues.None);
        return summary;
    }

    /// <summary>The score of an epoch, higher is better.</summary>
    internal double Score(EvaluationResult validation) => _options.Score(validation);

    internal void RestoreBestWeights() => _best.Restore();

    /// <summary>The warnings about the run, including those of the strategy.</summary>
    internal IEnumerable<string> Warnings()
    {
        foreach (string warning in _optimizer.Warnings().Concat(_strategy.GetWarnings()))
        {
            yield return warning;
        }

        int skipped = _epochs.Sum(epoch => epoch.SkippedSteps);
        if (skipped > 0)
        {
            yield return $"{skipped} of {Step} steps were skipped because a loss or gradient was not finite.";
        }

        var broken = _epochs.Where(epoch => epoch.Validation is { } scores && !double.IsFinite(scores.Loss)).ToArray();
        if (broken.Length > 0)
        {
            yield return $"The validation loss was not finite in {broken.Length} of {_epochs.Count} epochs, first in "
                + $"epoch {broken[0].Epoch}.";
        }
    }

    private TrainingSnapshot Capture()
    {
        var sections = new Dictionary<string, IReadOnlyDictionary<string, Tensor>>
        {
            [TrainingSnapshot.ModelSection] = Model.Root.state_dict(),
            [TrainingSnapshot.StrategySection] = _strategy.State.Capture(),
            [TrainingSnapshot.RandomSection] = _random.OfAll(),
        };
        foreach (var (key, callback) in Keyed(_callbacks))
        {
            sections[TrainingSnapshot.CallbackSection + key] = callback.State.Capture();
        }

        foreach (var (name, best) in _carried)
        {
            sections[TrainingSnapshot.BestSection + name] = best.State;
        }

        var kept = _carried.Where(entry => entry.Value.Epoch is not null)
            .Select(entry => new BestEntry(entry.Key, entry.Value.Epoch!.Value, entry.Value.Score)).ToArray();
        return new TrainingSnapshot(_identity.Value, Step, Sums.Read(), [.. _epochs], StopReason, kept, [], new FileRange(0, 0))
        {
            Sections = sections,
        };
    }

    private void CheckClaimed()
    {
        if (ResumedFrom is not null && LastLearningRates.Count > 0 && _strategy.State.Unclaimed is [_, ..] names)
        {
            throw new InvalidDataException(
                $"'{ResumedFrom}' must hold the state of {_strategy.Name} only, but also holds {string.Join(", ", names)}, "
                + "which the strategy did not ask for in an epoch.");
        }
    }

    /// <summary>Callbacks with the key of their state: the type, and which of several of that type it is.</summary>
    private static IEnumerable<(string Key, TrainingCallback Callback)> Keyed(IEnumerable<TrainingCallback> callbacks) =>
        callbacks.GroupBy(callback => callback.GetType().FullName)
            .SelectMany(group => group.Select((callback, i) => ($"{group.Key} {i}", callback)));
}
