using ModalityBalance.Models;
using ModalityBalance.Teachers;
using ModalityBalance.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioVisualDigits.Experiments;

/// <summary>The unimodal teachers of each seed: trained in the setting of the study when first asked for, their outputs
/// kept in a file of the output folder that later studies in the same setting find.</summary>
/// <param name="settings">How the teachers are trained.</param>
/// <param name="folder">Where the files are.</param>
/// <param name="task">The name of the task, part of the files' names.</param>
internal sealed class TeacherStore(RunSettings settings, string folder, string task)
{
    /// <summary>Opens the outputs of a seed's teachers, after training them if there are none for this data.</summary>
    /// <param name="data">What to learn from.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="observer">Watches the training.</param>
    /// <param name="cancellation">Ends the training.</param>
    /// <returns>The caller owns it.</returns>
    public TeacherCache Open(DigitData data, int seed, TrainingCallback observer, CancellationToken cancellation)
    {
        if (TryOpen(seed, null, data, cancellation) is { } outputs)
            return outputs;
        using var teachers = Build(seed);
        return Train(teachers, data, seed, observer, cancellation);
    }

    /// <summary>Opens a seed's teachers themselves and their outputs, after training them if there are none for this
    /// data.</summary>
    /// <inheritdoc cref="Open"/>
    /// <returns>The caller owns both.</returns>
    public (UnimodalEnsemble Networks, TeacherCache Outputs) OpenNetworks(
        DigitData data, int seed, TrainingCallback observer, CancellationToken cancellation)
    {
        var kept = Build(seed);
        if (TryLoad(kept, seed) && TryOpen(seed, kept, data, cancellation) is { } outputs)
            return (kept, outputs);
        kept.Dispose();
        var teachers = Build(seed);
        return (teachers, Train(teachers, data, seed, observer, cancellation));
    }

    private UnimodalEnsemble Build(int seed)
    {
        random.manual_seed(1000L * seed);
        return DigitModel.BuildTeachers(FusionEntry.Of(settings.Fusion), settings.ToType()).to(settings.ToDevice());
    }

    private TeacherCache Train(
        UnimodalEnsemble teachers,
        DigitData data,
        int seed,
        TrainingCallback observer,
        CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var options = settings.ToTrainerOptions([observer]);
        new UnimodalTeacherTrainer(teachers, DigitData.Task, options)
            .Fit(data.Train.Shuffled(settings.BatchSize, seed), data.ValidationInOrder, cancellation);
        if (settings.Processes.Rank == 0)
            Keep(teachers, data, seed, cancellation);
        settings.Processes.WaitForAll();
        return TeacherCache.Open(PathOf(seed, "cache"), teachers, data: null, cancellation);
    }

    private void Keep(UnimodalEnsemble teachers, DigitData data, int seed, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        TeacherCache.Write(
            PathOf(seed, "cache"), teachers, DigitData.Task, data.TrainInOrder, settings.ToDevice(), cancellation);
        var weights = PathOf(seed, "weights");
        teachers.save(weights + ".tmp");
        File.Move(weights + ".tmp", weights, overwrite: true);
    }

    /// <summary>Null when there are no outputs, or those there are damaged or of other data or teachers.</summary>
    private TeacherCache? TryOpen(
        int seed, UnimodalEnsemble? teachers, DigitData data, CancellationToken cancellation)
    {
        try
        {
            return TeacherCache.Open(PathOf(seed, "cache"), teachers, data.TrainInOrder, cancellation);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Whether there are weights that fit. Whether they made the outputs is for these to say.</summary>
    private bool TryLoad(UnimodalEnsemble teachers, int seed)
    {
        try
        {
            teachers.load(PathOf(seed, "weights"));
            return true;
        }
        catch (Exception e) when (e is IOException or ArgumentException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private string PathOf(int seed, string kind) =>
        Path.Combine(folder, $"teachers-{task}-{Setting}-seed{seed}.{kind}");

    /// <summary>Names what the teachers depend on: all settings but those of the student alone. Of the fusion that is only whether
    /// encoders make tokens.</summary>
    private string Setting =>
        (settings with { Fusion = FusionEntry.Of(settings.Fusion).FusesTokens ? "tokens" : "", DistillationScale = 1 }).Fingerprint();
}
