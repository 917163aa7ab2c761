using AudioVisualDigits.Data;
using AudioVisualDigits.Results;
using ModalityBalance;
using ModalityBalance.Evaluation;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace AudioVisualDigits.Experiments;

/// <summary>Trains networks on the digits and finds out what they learnt, one run after the other.</summary>
/// <param name="digits">The samples.</param>
/// <param name="settings">How to train.</param>
/// <param name="folder">Where the teachers' outputs and the traces go.</param>
/// <param name="forReport">Whether the records are to hold what the report draws.</param>
internal sealed class Experiment(
    AudioVisualDigitSet digits, RunSettings settings, string folder, bool forReport = false)
{
    private readonly FusionEntry _fusion = FusionEntry.Of(settings.Fusion);
    private readonly TeacherStore _teachers = new(settings, folder, digits.Name);

    /// <summary>Refuses what cannot be trained, before anything is.</summary>
    /// <exception cref="BadInputException">The message says why.</exception>
    public void Check(StrategyEntry strategy)
    {
        int samples = digits.Train.Count - DigitData.ValidationCount(digits, settings);
        if (settings.BatchSize > samples)
            throw new BadInputException($"--batch must be at most {samples}, the number of training samples, "
                + $"but is {settings.BatchSize}.");
        if (settings.ValidationShare > 0 && !LearnsFused(strategy))
            throw new BadInputException($"--validation must be 0 for {strategy.Name} with {_fusion.Name} fusion, which "
                + $"leaves no fused prediction to choose an epoch by, but is {settings.ValidationShare}.");
        using var model = DigitModel.Build(_fusion);
        try
        {
            _ = NewTrainer(model, strategy.Create(settings), [], NeedsTeachers(strategy) ? new Promised() : null);
        }
        catch (ArgumentException e)
        {
            throw new BadInputException(e.Message, e);
        }
    }

    /// <summary>Whether a strategy learns from unimodal teachers.</summary>
    public bool NeedsTeachers(StrategyEntry strategy) =>
        strategy.Create(settings).Needs.HasFlag(StrategyNeeds.Teachers);

    /// <summary>Trains a seed's teachers, unless their outputs are there already.</summary>
    public void PrepareTeachers(int seed, ITrainingObserver observer, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        try
        {
            _teachers.Open(DigitData.Of(digits, settings, seed), seed, observer, cancellation).Dispose();
        }
        catch (NonFiniteException e)
        {
            throw Diverged(e.Message);
        }
    }

    /// <summary>Trains and evaluates one network.</summary>
    /// <param name="strategy">What to train by.</param>
    /// <param name="seed">Initial weights, order of the batches and choice of validation samples depend on it, the
    /// same for every strategy.</param>
    /// <param name="observers">Told what happens.</param>
    /// <param name="checkpoints">Where to keep the run, and perhaps to take it up again.</param>
    /// <param name="cancellation">Ends the run with an <see cref="OperationCanceledException"/>, after a checkpoint.
    /// </param>
    /// <exception cref="BadInputException">Training diverged, or a checkpoint cannot be read or written.</exception>
    public RunRecord Run(
        StrategyEntry strategy,
        int seed,
        IReadOnlyList<ITrainingObserver> observers,
        RunCheckpoints checkpoints,
        CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var data = DigitData.Of(digits, settings, seed);
        random.manual_seed((1000L * seed) + 500);
        using var model = DigitModel.Build(_fusion);
        var rule = strategy.Create(settings);
        using var remembered = rule as IDisposable;
        using var teachers = NeedsTeachers(strategy) ? _teachers.Open(data, seed, new Silent(), cancellation) : null;
        var trained = new TrainedPredictions(
            LearnsFused(strategy), _fusion.FusesHeads || rule.Needs.HasFlag(StrategyNeeds.UnimodalHeads));
        var curves = forReport ? new RunCurves(data, settings.ToDevice(), trained, cancellation) : null;
        ITrainingObserver[] told = [.. observers, .. curves is null ? [] : new[] { curves }, checkpoints.ToObserver()];
        var training = Fit(
            () => NewTrainer(model, rule, told, teachers, checkpoints.Begin()), data, seed, cancellation);
        var (scores, modalities) = Score(model, data, trained, cancellation);
        var run = new RunRecord(
            strategy.Name,
            seed,
            trained.Fused ? scores.Accuracy : null,
            trained.Fused ? scores.MacroF1 : null,
            modalities,
            training.BestEpoch,
            [.. training.Epochs.Select(EpochRecord.Of)],
            training.Remarks);
        return curves is null ? run : curves.AddTo(run);
    }

    private bool LearnsFused(StrategyEntry strategy) => strategy.TrainsFusion || _fusion.FusesHeads;

    private Trainer NewTrainer(
        MultimodalModel model,
        IGradientStrategy rule,
        IReadOnlyList<ITrainingObserver> observers,
        ITeachers? teachers,
        string? resumeFrom = null) => new(
            model,
            DigitData.Task,
            rule,
            settings.ToTrainerOptions(observers, teachers) with { ResumeFrom = resumeFrom });

    private TrainingResult Fit(Func<Trainer> trainer, DigitData data, int seed, CancellationToken cancellation)
    {
        try
        {
            return trainer().Fit(
                data.Train.Shuffled(settings.BatchSize, seed), data.ValidationInOrder, cancellation);
        }
        catch (NonFiniteException e)
        {
            throw Diverged(e.Message);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new BadInputException($"The folder of --out must keep the run, but that failed: {e.Message}", e);
        }
    }

    private (ClassificationScores Fused, IReadOnlyList<ModalityRecord> Modalities) Score(
        MultimodalModel model, DigitData data, TrainedPredictions trained, CancellationToken cancellation)
    {
        var device = settings.ToDevice();
        var scores = Evaluator.Evaluate(model, DigitData.Task, data.TestInOrder, device, cancellation);
        if (!double.IsFinite(scores.Loss))
            throw Diverged($"the test loss is {scores.Loss}.");
        var probes = ModalityProbes.Accuracies(
            model, DigitData.Task, data.TrainInOrder, data.TestInOrder, device, cancellation);
        var modalities = model.Modalities.Select((name, m) =>
            new ModalityRecord(name, trained.Heads ? scores.Unimodal![m].Primary : null, probes[m]));
        return ((ClassificationScores)scores.Fused, [.. modalities]);
    }

    private BadInputException Diverged(string found) =>
        new($"--lr must be small enough to learn, but is {settings.LearningRate}: {found}");

    /// <summary>Stands for teachers that are trained later, in checks.</summary>
    private sealed class Promised : ITeachers
    {
        public TeacherOutputs For(MultimodalBatch batch) =>
            throw new InvalidOperationException("The teachers must be trained before they are asked.");
    }

    private sealed class Silent : ITrainingObserver;
}
