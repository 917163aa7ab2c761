using System.Runtime.ExceptionServices;
using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Internal;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>The training loop, the same for every strategy. <see cref="TrainingCallback"/> shows its course.
/// Synchronous, on the calling thread, with one dispose scope per step.</summary>
public sealed class Trainer
{
    private readonly IMultimodalModel _model;
    private readonly LearningTask _task;
    private readonly IGradientStrategy _strategy;
    private readonly TrainerOptions _options;

    /// <summary>Checks everything that can be checked before training.</summary>
    /// <param name="model">The network. The caller owns it.</param>
    /// <param name="task">What it learns.</param>
    /// <param name="strategy">The rule that computes its gradients.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="ArgumentException">An option is invalid, or model, strategy and teachers do not fit together. The
    /// message holds one sentence per problem.</exception>
    public Trainer(
        IMultimodalModel model, LearningTask task, IGradientStrategy strategy, TrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(strategy);
        ArgumentNullException.ThrowIfNull(options);
        TrainingValidator.Check(model, task, strategy, options);
        (_model, _task, _strategy, _options) = (model, task, strategy, options);
        Warnings = [.. strategy.GetWarnings()];
    }

    /// <summary>The strategy's warnings about its settings before training, in sentences. The result repeats them.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Trains the model. Afterwards every part of it is in the mode, training or evaluation, in which it was
    /// before.</summary>
    /// <param name="train">The training data.</param>
    /// <param name="validation">The data on which the best epoch is chosen, never the test data; <see langword="null"/> for
    /// no choice.</param>
    /// <param name="cancellation">Checked before every step.</param>
    /// <returns>The run in numbers, including the epochs before a checkpoint.</returns>
    /// <exception cref="OperationCanceledException">Canceled. The model keeps what it has learned.</exception>
    /// <exception cref="ArgumentException">The data has no batch, or a batch does not fit the model; the optimizer or
    /// scheduler is null, of another model or already used; or the strategy needs validation data and there is none.
    /// </exception>
    /// <exception cref="InvalidOperationException">The strategy returned null, or left no gradient where it must.
    /// </exception>
    /// <exception cref="InvalidDataException">The checkpoint to resume from is damaged, or of another training; the
    /// message lists the differences. The model is unchanged.</exception>
    /// <exception cref="NonFiniteException">A loss, gradient or buffer is not finite, and the options say to stop; or all
    /// steps of an epoch were skipped.</exception>
    public TrainingResult Fit(
        IBatchSource train, IBatchSource? validation = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        if (validation is null && _strategy.Requirements.HasFlag(StrategyRequirements.Validation))
        {
            throw new ArgumentException(
                $"validation must be given, because {_strategy.Name} needs the scores of every epoch, but is null.",
                nameof(validation));
        }

        var batches = new ValidatedBatches(nameof(train), train);
        CheckCuts(batches);
        validation = validation is null ? null : new ValidatedBatches(nameof(validation), validation);
        using var use = ModuleUse.Claim(_model.Root);
        _model.Root.to(_options.Device);
        MakeContiguous();
        if (_options.Seed is { } seed)
        {
            random.manual_seed(seed + _options.Processes.Rank);
        }

        using var run = new TrainingRun(_model, _task, _strategy, _options, batches, hasValidation: validation is not null);
        if (_options.ResumeFrom is { } checkpoint)
        {
            run.Resume(checkpoint);
        }

        run.AgreeOnStart();
        string[] restart = _options.ResumeFrom is null && !_strategy.State.IsEmpty
            ? [$"{_strategy.Name} still holds state from an earlier run. Create a new instance for each run."]
            : [];
        run.Start();
        using (TrainingMode.Enter(_model.Root))
        {
            Run(run, batches, validation, cancellation);
        }

        if (_options.RestoreBestWeights)
        {
            run.RestoreBestWeights();
        }

        var result = new TrainingResult(run.Summaries, run.BestEpoch, [.. restart, .. run.Warnings()], run.StopReason);
        run.Notify(callback => callback.OnFitEnd(result));
        return result;
    }

    private void Run(TrainingRun run, ValidatedBatches train, IBatchSource? validation, CancellationToken cancellation)
    {
        using var guard = _options.OnNonFinite == NonFinitePolicy.Ignore ? null : new StepGuard(_model);
        try
        {
            while (!run.IsAtEnd)
            {
                run.ThrowIfCanceled(cancellation);
                var epoch = run.EpochContext(train);
                if (!run.Sums.HasBegun)
                {
                    run.RestoreRandomState();
                    run.InvokeStrategy(() => _strategy.OnEpochStart(epoch));
                    run.Sums.Begin();
                }

                run.Notify(callback => callback.OnEpochStart(run.Epoch));
                RunSteps(run, guard, train, cancellation);
                var scores = validation is null ? null : Validate(validation, cancellation);
                var summary = run.EndEpoch(scores, () => run.InvokeStrategy(() => _strategy.OnEpochEnd(epoch, scores)));
                run.Notify(callback => callback.OnEpochEnd(summary));
                run.AgreeOnStop();
            }
        }
        catch (OperationCanceledException)
        {
            run.AbandonStep();
            Interrupt(run);
            throw;
        }
    }

    /// <summary>Runs the steps of the epoch that are left.</summary>
    private void RunSteps(TrainingRun run, StepGuard? guard, ValidatedBatches train, CancellationToken cancellation)
    {
        NonFiniteException? lastSkipped = null;
        int turns = _strategy.TurnsPerBatch(_model.Modalities.Count);
        using var time = run.Sums.Time();

        // A step of several batches is cut as a whole.
        bool comesInParts = _options is { BatchesPerStep: 1, Processes.Size: > 1 } && train.HasParts;
        using var groups = new BatchGroups(
            comesInParts ? train.Parts(run.Epoch, _options.Processes) : train.Batches(run.Epoch),
            _options.BatchesPerStep,
            _options.Device);
        groups.Skip(run.Sums.Batches);
        run.RestoreRandomState();
        while (true)
        {
            run.ThrowIfCanceled(cancellation);
            using var pulled = NewDisposeScope();
            var group = groups.Next(pulled);
            if (group.Count == 0)
            {
                break;
            }

            if (is_inference_mode_enabled())
            {
                throw new InvalidOperationException(
                    "train must yield batches outside inference mode, in which nothing can be learned, but its iterator left "
                    + "inference mode on.");
            }

            // What the iterator of a source leaves on, such as no_grad or a dispose scope, ends at the step.
            using var gradients = set_grad_enabled(true);
            using var whole = NewDisposeScope();
            var batch = comesInParts ? group[0] : MultimodalBatch.Concatenate(group).PartFor(_options.Processes);
            long part = comesInParts ? batch.Size : (group[0].Size + _options.Processes.Size - 1) / _options.Processes.Size;
            var teachers = _options.Teachers?.For(batch);
            run.BeginStep();
            for (int turn = 0; turn < turns; turn++)
            {
                using var scope = NewDisposeScope();
                run.Notify(callback => callback.OnStepStart(batch, teachers));
                var step = new TrainingStep(_model, _task, batch, run.Epoch, run.Step, teachers, part)
                {
                    Processes = _options.Processes,
                    Turn = turn,
                    EpochProgress = run.EpochProgress,
                };
                var report = ComputeGradients(step);
                run.Sums.Add(report, step);
                bool moves = report is { IsSkipped: false };
                if (moves)
                {
                    Move(run);
                }

                if (turn == turns - 1)
                {
                    run.EndStep(group.Count);
                }

                if (moves)
                {
                    run.Notify(callback => callback.OnStep(step, report!));
                }
            }

            run.CarryOutRequests();
        }

        if (run.Sums.AllSkipped)
        {
            throw new NonFiniteException(
                $"Epoch {run.Epoch} must have a step whose loss and gradients are finite, but all were skipped. "
                + $"{lastSkipped?.Message}", run.Epoch, run.Step - 1);
        }

        // Null for a step to be skipped.
        StepReport? ComputeGradients(TrainingStep step)
        {
            try
            {
                return guard is null ? StepGuard.Run(_strategy, step) : guard.ComputeGradients(_strategy, step);
            }
            catch (NonFiniteException skipped) when (_options.OnNonFinite == NonFinitePolicy.Skip)
            {
                lastSkipped = skipped;
                return null;
            }
        }
    }

    /// <summary>Scores the whole validation data. Several processes are canceled between steps only, all at the same
    /// one.</summary>
    private EvaluationResult Validate(IBatchSource validation, CancellationToken cancellation) => Evaluator.Evaluate(
        _model,
        _task,
        validation,
        _options.Device,
        _options.Processes,
        _options.Processes.Size == 1 ? cancellation : CancellationToken.None);

    /// <summary>Refuses data that cannot be cut for all processes, where that is known before training.</summary>
    private void CheckCuts(ValidatedBatches train)
    {
        int processes = _options.Processes.Size;
        if (train.SmallestBatch < processes)
        {
            throw new ArgumentException(
                $"train must hold at least one sample per batch for each of the {processes} processes, but its smallest batch holds "
                + $"{train.SmallestBatch}: use fewer processes, or drop a last partial batch (dropLast).", nameof(train));
        }
    }

    /// <summary>TorchSharp saves the state of an optimizer only if it is contiguous, which it is where the parameters are. An
    /// imported weight may be a transposed view. Its values stay.</summary>
    private void MakeContiguous()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var parameter in _model.Root.parameters().Where(parameter => !parameter.is_contiguous()))
        {
            parameter.set_(parameter.contiguous());
            parameter.grad = null;
        }
    }

    private void Move(TrainingRun run)
    {
        if (_options.MaxGradientNorm is { } limit)
        {
            using var norm = GradientClipping.ByNorm(_model.Root.parameters(), limit);
        }

        run.StepOptimizer();
    }

    /// <summary>Invokes every callback, also after one that fails, so that none costs another its checkpoint. The first error
    /// is thrown in the end.</summary>
    private static void Interrupt(TrainingRun run)
    {
        Exception? first = null;
        run.Notify(callback =>
        {
            try
            {
                callback.OnInterrupted();
            }
            catch (Exception e)
            {
                first ??= e;
            }
        });
        if (first is not null)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }
}
