using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>The training loop, the same for every strategy; <see cref="ITrainingObserver"/> shows its course.
/// Synchronous, on the calling thread, with one dispose scope per step.</summary>
public sealed class Trainer
{
    private readonly IMultimodalModel _model;
    private readonly LearningTask _task;
    private readonly IGradientStrategy _strategy;
    private readonly TrainerOptions _options;

    /// <summary>Checks everything that can be checked before training.</summary>
    /// <param name="model">The network; stays the caller's.</param>
    /// <param name="task">What it is to learn.</param>
    /// <param name="strategy">How its gradients come about.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="ArgumentException">An option is invalid, or the pre-flight check has findings; the message
    /// names them all.</exception>
    public Trainer(
        IMultimodalModel model, LearningTask task, IGradientStrategy strategy, TrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(strategy);
        ArgumentNullException.ThrowIfNull(options);
        PreFlight.Refuse(
            [.. options.Findings(), .. PreFlight.Findings(model, strategy, options.Teachers, options.Epochs)]);
        (_model, _task, _strategy, _options) = (model, task, strategy, options);
    }

    /// <summary>Trains the model.</summary>
    /// <param name="train">What to learn from.</param>
    /// <param name="validation">What to choose the best epoch on; never the test data. Null for no choice.</param>
    /// <param name="cancellation">Asked before every step.</param>
    /// <returns>The run in numbers, the epochs before a checkpoint included.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; the model keeps what it has learnt.</exception>
    /// <exception cref="ArgumentException">Data without a batch, or a batch that does not fit the model; an optimizer or
    /// scheduler that is null or of another model.</exception>
    /// <exception cref="InvalidOperationException">The strategy returned null, or left no gradient where it must.
    /// </exception>
    /// <exception cref="InvalidDataException">The checkpoint to resume from is damaged, or of another training; the
    /// message lists the differences. The model is as it was.</exception>
    /// <exception cref="NonFiniteException">A loss or gradient is not finite, and the options say to stop; or all
    /// steps of an epoch were skipped.</exception>
    public TrainingResult Fit(
        IBatchSource train, IBatchSource? validation = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        train = new ValidatedBatches(nameof(train), train);
        validation = validation is null ? null : new ValidatedBatches(nameof(validation), validation);
        _model.Root.to(_options.Device);
        if (_options.Seed is { } seed)
        {
            random.manual_seed(seed);
        }

        using var state = new TrainingState(_model, _task, _strategy, _options, train);
        if (_options.ResumeFrom is { } checkpoint)
        {
            state.Resume(checkpoint);
        }

        var remarks = RunRemarks.AtStart(state, _options).ToArray();
        var run = new TrainingRun(
            state, _options.Epochs, _options.StepsPerEpoch(train), hasValidation: validation is not null);
        _options.Notify(observer => observer.OnFitStart(run));
        run.Start();
        Run(state, train, validation, cancellation);

        if (_options.RestoreBestWeights)
        {
            state.RestoreBestWeights();
        }

        var result = new TrainingResult(
            state.Epochs,
            state.BestEpoch,
            [.. remarks, .. _strategy.GetWarnings(), .. RunRemarks.AtEnd(state)],
            state.StopReason);
        _options.Notify(observer => observer.OnFitEnd(result));
        return result;
    }

    private void Run(
        TrainingState state, IBatchSource train, IBatchSource? validation, CancellationToken cancellation)
    {
        using var loop = new EpochLoop(state, _task, _options);
        _model.Root.train();
        try
        {
            while (!state.IsAtEnd(_options.Epochs))
            {
                _options.Notify(observer => observer.OnEpochStart(state.Epochs.Count));
                loop.Run(train, cancellation);
                var scores = validation is null
                    ? null
                    : Evaluator.Evaluate(_model, _task, validation, _options.Device, cancellation);
                var summary = state.EndEpoch(scores);
                _options.Notify(observer => observer.OnEpochEnd(summary));
            }
        }
        catch (OperationCanceledException)
        {
            Interruption.Tell(_options.Observers);
            throw;
        }
    }
}
