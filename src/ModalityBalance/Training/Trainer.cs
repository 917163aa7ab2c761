using ModalityBalance.Evaluation;
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
        options.Check();
        PreFlight.Check(model, strategy, options.Teachers, options.Epochs);
        (_model, _task, _strategy, _options) = (model, task, strategy, options);
    }

    /// <summary>Trains the model.</summary>
    /// <param name="train">What to learn from.</param>
    /// <param name="validation">What to choose the best epoch on; never the test data. Null for no choice.</param>
    /// <param name="cancellation">Asked before every step.</param>
    /// <returns>The run in numbers.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; the model keeps what it has learnt.</exception>
    /// <exception cref="ArgumentException">An epoch without a batch, or a batch that does not fit the model.
    /// </exception>
    public TrainingResult Fit(
        IBatchSource train, IBatchSource? validation = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        _model.Root.to(_options.Device);
        if (_options.Seed is { } seed)
        {
            random.manual_seed(seed);
        }

        using var optimizer = _options.Optimizer(_model);
        var scheduler = _options.Scheduler?.Invoke(optimizer);
        using var best = new BestWeights(_model.Root);
        using var loop = new EpochLoop(_model, _task, _strategy, optimizer, _options);
        var epochs = new List<EpochSummary>();
        var run = new TrainingRun(_model, _options.Epochs, train.BatchCount);
        _model.Root.train();
        _options.Notify(observer => observer.OnFitStart(run));
        for (int epoch = 0; epoch < _options.Epochs && run.StopReason is null; epoch++)
        {
            _options.Notify(observer => observer.OnEpochStart(epoch));
            var summary = loop.Run(epoch, train.Batches(epoch), cancellation);
            scheduler?.step();
            if (validation is not null)
            {
                var scores = Evaluator.Evaluate(_model, _task, validation, _options.Device, cancellation);
                summary = summary with { Validation = scores };
                best.Offer(epoch, scores.Fused.Primary);
            }

            epochs.Add(summary);
            _options.Notify(observer => observer.OnEpochEnd(summary));
        }

        if (_options.RestoreBest)
        {
            best.Restore();
        }

        var result = new TrainingResult(epochs, best.Epoch, _strategy.Remarks().ToArray());
        _options.Notify(observer => observer.OnFitEnd(result));
        return result;
    }
}
