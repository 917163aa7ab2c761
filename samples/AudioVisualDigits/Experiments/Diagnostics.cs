using AudioVisualDigits.Data;
using ModalityBalance.Diagnosis;
using ModalityBalance.Evaluation;
using ModalityBalance.Teachers;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace AudioVisualDigits.Experiments;

/// <summary>Trains teachers and one network jointly on a part of the training split, and judges both on the rest of it.
/// The test split is not looked at.</summary>
/// <param name="digits">The samples.</param>
/// <param name="settings">How to train; the validation share is what is kept apart. It chooses nothing.</param>
/// <param name="folder">Where the teachers are kept.</param>
internal sealed class Diagnostics(AudioVisualDigitSet digits, RunSettings settings, string folder)
{
    // Teachers of the same setting that were chosen on their validation samples have another name.
    private readonly TeacherStore _teachers = new(settings, folder, $"{digits.Name}-diagnosis");

    /// <summary>Trains a seed's teachers, unless they are there already.</summary>
    public void PrepareTeachers(int seed, ITrainingObserver observer, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        Guard(() =>
        {
            var (networks, outputs) = _teachers.OpenNetworks(Part(seed).Train, seed, observer, cancellation);
            networks.Dispose();
            outputs.Dispose();
            return seed;
        });
    }

    /// <summary>Trains the network jointly and diagnoses it.</summary>
    /// <exception cref="BadInputException">Training diverged.</exception>
    public (BalanceDiagnosis Diagnosis, BalanceReport Report) Run(
        int seed, IReadOnlyList<ITrainingObserver> observers, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var (train, heldOut) = Part(seed);
        var (networks, outputs) = _teachers.OpenNetworks(train, seed, new Silent(), cancellation);
        using var own = networks;
        using var kept = outputs;
        random.manual_seed((1000L * seed) + 500);
        using var model = DigitModel.Build(FusionEntry.Of(settings.Fusion));
        using var measured = new MeasuredJoint();
        var trainer = new Trainer(model, DigitData.Task, measured, settings.ToTrainerOptions(observers, outputs));
        Guard(() => trainer.Fit(train.Train.Shuffled(settings.BatchSize, seed), null, cancellation));
        var device = settings.ToDevice();
        var options = new DiagnosisOptions { Train = train.TrainInOrder, HeldOut = heldOut, Device = device };
        return (
            BalanceDiagnosis.Of(model, networks, measured.Read(), DigitData.Task, options, cancellation),
            BalanceReport.Of(
                model, DigitData.Task, heldOut, device, new OnlineTeachers(networks, DigitData.Task), cancellation));
    }

    /// <summary>What is learnt from, without validation samples, and what is kept apart.</summary>
    private (DigitData Train, IBatchSource HeldOut) Part(int seed)
    {
        var data = DigitData.Of(digits, settings, seed);
        return (data with { Validation = null }, data.ValidationInOrder!);
    }

    private T Guard<T>(Func<T> train)
    {
        try
        {
            return train();
        }
        catch (NonFiniteException e)
        {
            throw settings.Diverged(e.Message);
        }
    }

    private sealed class Silent : ITrainingObserver;
}
