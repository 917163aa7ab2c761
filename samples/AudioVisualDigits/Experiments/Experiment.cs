using AudioVisualDigits.Data;
using AudioVisualDigits.Results;
using ModalityBalance.Strategies;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace AudioVisualDigits.Experiments;

/// <summary>Trains networks on the digits and finds out what they learned, one run after the other.</summary>
/// <param name="digits">The samples.</param>
/// <param name="settings">How to train.</param>
/// <param name="folder">Where the teachers' outputs and the traces go.</param>
/// <param name="forReport">Whether the records are to hold what the report draws.</param>
internal sealed class Experiment(
    AudioVisualDigitSet digits, RunSettings settings, string folder, bool forReport = false)
{
    private readonly FusionEntry _fusion = FusionEntry.Of(settings.Fusion);
    private readonly TeacherStore _teachers = new(settings, folder, digits.Name);
    private readonly RunGuard _guard = new(settings);

    /// <summary>Whether a strategy learns from unimodal teachers.</summary>
    public bool NeedsTeachers(StrategyEntry strategy) => strategy.UsesTeachers
        || strategy.Create(new StrategyContext(settings)).Requirements.HasFlag(StrategyRequirements.Teachers);

    /// <summary>Trains a seed's teachers, unless their outputs are there already.</summary>
    /// <exception cref="BadInputException">Training diverged, or the folder cannot keep them.</exception>
    public void PrepareTeachers(int seed, TrainingCallback observer, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var data = DigitData.Of(digits, settings, seed);
        _guard.Attempt(() => _teachers.Open(data, seed, observer, cancellation)).Dispose();
    }

    /// <summary>Trains and evaluates one network.</summary>
    /// <param name="strategy">What to train by.</param>
    /// <param name="seed">Initial weights, order of the batches and choice of validation samples depend on it, the
    /// same for every strategy.</param>
    /// <param name="observers">Watch the training.</param>
    /// <param name="checkpoints">Where to keep the run, and perhaps to take it up again.</param>
    /// <param name="cancellation">Ends the run with an <see cref="OperationCanceledException"/>, after a checkpoint.
    /// </param>
    /// <exception cref="BadInputException">Training diverged, or a checkpoint cannot be read or written.</exception>
    public RunRecord Run(
        StrategyEntry strategy,
        int seed,
        IReadOnlyList<TrainingCallback> observers,
        RunCheckpoints checkpoints,
        CancellationToken cancellation) => _guard.Attempt(
            () => TrainAndScore(strategy, seed, observers, checkpoints, cancellation), strategy.IsScaled);

    private RunRecord TrainAndScore(
        StrategyEntry strategy,
        int seed,
        IReadOnlyList<TrainingCallback> observers,
        RunCheckpoints checkpoints,
        CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var data = DigitData.Of(digits, settings, seed);
        random.manual_seed((1000L * seed) + 500);
        var fusion = strategy.Fusion ?? _fusion;
        using var model = DigitModel.Build(fusion, settings.ToType());
        var trials = new Trials(data, settings, fusion, seed, cancellation);
        var rule = strategy.Create(trials.Context(model));
        using var remembered = rule as IDisposable;
        using var teachers = NeedsTeachers(strategy) ? _teachers.Open(data, seed, new Silent(), cancellation) : null;
        var trained = new TrainedPredictions(
            strategy.LearnsFused(fusion), fusion.FusesHeads || rule.Requirements.HasFlag(StrategyRequirements.UnimodalHeads));
        var curves = forReport ? new RunCurves(data, settings.ToDevice(), trained, cancellation) : null;
        TrainingCallback[] callbacks = [.. observers, .. curves is null ? [] : new[] { curves }, checkpoints.ToObserver()];
        var seen = rule.Requirements.HasFlag(StrategyRequirements.Validation) ? WithValidation(data, seed) : data;
        var options = settings.ToTrainerOptions(callbacks, teachers, rule.Requirements) with
        {
            ResumeFrom = checkpoints.Begin(settings.Processes),
            RestoreBestWeights = data.Validation is not null,
        };
        var training = new Trainer(model, DigitData.Task, rule, options).Fit(
            seen.Train.Shuffled(settings.BatchSize, seed), seen.ValidationInOrder, cancellation);
        var scores = TestScores.Of(model, data, settings.ToDevice(), trained, cancellation);
        if (!double.IsFinite(scores.Loss))
            throw settings.Diverged($"the test loss is {scores.Loss}.", strategy.IsScaled);
        var run = new RunRecord(
            strategy.Name,
            seed,
            scores.Accuracy,
            scores.MacroF1,
            scores.Modalities,
            training.BestEpoch,
            [.. training.Epochs.Select(EpochRecord.Of)],
            training.Warnings);
        return curves is null ? run : curves.AddTo(run);
    }

    /// <summary>Holds out a part of the training split for a strategy that needs validation scores where none are asked
    /// for.</summary>
    private static DigitData WithValidation(DigitData data, int seed)
    {
        if (data.Validation is not null)
            return data;
        var (kept, rest) = data.HoldOut(Trials.HeldOutShare, seed);
        return data with { Train = rest, Validation = kept };
    }
}
