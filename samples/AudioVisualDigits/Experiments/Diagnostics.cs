using AudioVisualDigits.Data;
using ModalityBalance.Data;
using ModalityBalance.Diagnosis;
using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Teachers;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace AudioVisualDigits.Experiments;

/// <summary>Trains teachers and one network jointly on a part of the training split, and judges both on the rest of it;
/// tries I2MCL for a few epochs to see where its alpha stands. The test split is not looked at.</summary>
/// <param name="digits">The samples.</param>
/// <param name="settings">How to train; the validation share is what is kept apart. It chooses nothing.</param>
/// <param name="folder">Where the teachers are kept.</param>
internal sealed class Diagnostics(AudioVisualDigitSet digits, RunSettings settings, string folder)
{
    // Teachers of the same setting that were chosen on their validation samples have another name.
    private readonly TeacherStore _teachers = new(settings, folder, $"{digits.Name}-diagnosis");
    private readonly RunGuard _guard = new(settings);

    /// <summary>Trains a seed's teachers, unless they are there already.</summary>
    /// <exception cref="BadInputException">Training diverged, or the folder cannot keep them.</exception>
    public void PrepareTeachers(int seed, TrainingCallback observer, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var (networks, outputs) = _guard.Attempt(
            () => _teachers.OpenNetworks(Part(seed).Train, seed, observer, cancellation));
        networks.Dispose();
        outputs.Dispose();
    }

    /// <summary>Trains the network jointly and diagnoses it.</summary>
    /// <param name="seed">The seed, as in a study.</param>
    /// <param name="observers">Watch both runs, one after the other.</param>
    /// <param name="cancellation">Ends everything.</param>
    /// <exception cref="BadInputException">Training diverged, or the folder cannot keep the teachers.</exception>
    public (BalanceDiagnosis Diagnosis, BalanceReport Report) Run(
        int seed, IReadOnlyList<TrainingCallback> observers, CancellationToken cancellation) =>
        _guard.Attempt(() => TrainAndDiagnose(seed, observers, cancellation));

    /// <summary>Gets the length of the trial of I2MCL: a quarter of the epochs.</summary>
    public static int TrialEpochs(int epochs) => Math.Max(1, epochs / 4);

    private (BalanceDiagnosis Diagnosis, BalanceReport Report) TrainAndDiagnose(
        int seed, IReadOnlyList<TrainingCallback> observers, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var (train, heldOut) = Part(seed);
        var (networks, outputs) = _teachers.OpenNetworks(train, seed, new Silent(), cancellation);
        using var own = networks;
        using var kept = outputs;
        using var monitor = new BalanceMonitor();
        using var model = Train(new JointTraining(trainHeads: true), monitor, settings);
        using var i2mcl = new I2MCL();
        using var trial = new BalanceMonitor();
        Train(i2mcl, trial, settings with { Epochs = TrialEpochs(settings.Epochs) }).Dispose();
        var device = settings.ToDevice();
        var options = new DiagnosisOptions { Train = train.TrainInOrder, HeldOut = heldOut, Device = device };
        return (
            BalanceDiagnosis.Of(model, networks, monitor, DigitData.Task, options, trial, cancellation),
            BalanceReport.Of(
                model, DigitData.Task, heldOut, device, new OnlineTeachers(networks, DigitData.Task), cancellation));

        MultimodalModel Train(IGradientStrategy strategy, BalanceMonitor watching, RunSettings own)
        {
            random.manual_seed((1000L * seed) + 500);
            var model = DigitModel.Build(FusionEntry.Of(own.Fusion), own.ToType());
            var trainer = new Trainer(model, DigitData.Task, strategy, own.ToTrainerOptions([watching, .. observers], outputs));
            trainer.Fit(train.Train.Shuffled(own.BatchSize, seed), null, cancellation);
            return model;
        }
    }

    /// <summary>What is learned from, without validation samples, and what is kept apart.</summary>
    private (DigitData Train, IBatchSource HeldOut) Part(int seed)
    {
        var data = DigitData.Of(digits, settings, seed);
        return (data with { Validation = null }, data.ValidationInOrder!);
    }
}
