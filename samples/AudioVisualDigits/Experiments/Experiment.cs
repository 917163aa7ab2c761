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
internal sealed class Experiment(AudioVisualDigitSet digits, RunSettings settings, string folder)
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
        catch (NonFiniteLossException e)
        {
            throw settings.Diverged(e.Message);
        }
    }

    /// <summary>Trains and evaluates one network.</summary>
    /// <param name="strategy">What to train by.</param>
    /// <param name="seed">Initial weights, order of the batches and choice of validation samples depend on it, the
    /// same for every strategy.</param>
    /// <param name="observers">Told what happens.</param>
    /// <param name="cancellation">Ends the run with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="BadInputException">Training diverged.</exception>
    public RunRecord Run(
        StrategyEntry strategy, int seed, IReadOnlyList<ITrainingObserver> observers, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var data = DigitData.Of(digits, settings, seed);
        random.manual_seed((1000L * seed) + 500);
        using var model = DigitModel.Build(_fusion);
        var rule = strategy.Create(settings);
        using var remembered = rule as IDisposable;
        using var teachers = NeedsTeachers(strategy) ? _teachers.Open(data, seed, new Silent(), cancellation) : null;
        var training = Fit(NewTrainer(model, rule, observers, teachers), data, seed, cancellation);
        var fused = LearnsFused(strategy);
        var heads = _fusion.FusesHeads || rule.Needs.HasFlag(StrategyNeeds.UnimodalHeads);
        var (scores, modalities) = Score(model, data, heads, cancellation);
        return new RunRecord(
            strategy.Name,
            seed,
            fused ? scores.Accuracy : null,
            fused ? scores.MacroF1 : null,
            modalities,
            training.BestEpoch,
            [.. training.Epochs.Select(EpochRecord.Of)],
            training.Remarks);
    }

    private bool LearnsFused(StrategyEntry strategy) => strategy.TrainsFusion || _fusion.FusesHeads;

    private Trainer NewTrainer(
        MultimodalModel model,
        IGradientStrategy rule,
        IReadOnlyList<ITrainingObserver> observers,
        ITeachers? teachers) =>
        new(model, DigitData.Task, rule, settings.ToTrainerOptions(observers, teachers));

    private TrainingResult Fit(Trainer trainer, DigitData data, int seed, CancellationToken cancellation)
    {
        try
        {
            return trainer.Fit(
                data.Train.Shuffled(settings.BatchSize, seed), data.ValidationInOrder, cancellation);
        }
        catch (NonFiniteLossException e)
        {
            throw settings.Diverged(e.Message);
        }
    }

    private (ClassificationScores Fused, IReadOnlyList<ModalityRecord> Modalities) Score(
        MultimodalModel model, DigitData data, bool heads, CancellationToken cancellation)
    {
        var device = settings.ToDevice();
        var scores = Evaluator.Evaluate(model, DigitData.Task, data.TestInOrder, device, cancellation);
        if (!double.IsFinite(scores.Loss))
            throw settings.Diverged($"the test loss is {scores.Loss}.");
        var probes = ModalityProbes.Accuracies(
            model, DigitData.Task, data.TrainInOrder, data.TestInOrder, device, cancellation);
        var modalities = model.Modalities.Select((name, m) =>
            new ModalityRecord(name, heads ? scores.Unimodal![m].Primary : null, probes[m]));
        return ((ClassificationScores)scores.Fused, [.. modalities]);
    }

    /// <summary>Stands for teachers that are trained later, in checks.</summary>
    private sealed class Promised : ITeachers
    {
        public TeacherOutputs For(MultimodalBatch batch) =>
            throw new InvalidOperationException("The teachers must be trained before they are asked.");
    }

    private sealed class Silent : ITrainingObserver;
}
