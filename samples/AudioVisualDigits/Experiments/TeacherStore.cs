using AudioVisualDigits.Data;
using ModalityBalance.Encoders;
using ModalityBalance.Teachers;
using ModalityBalance.Training;
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
    /// <param name="observer">Told how training goes.</param>
    /// <param name="cancellation">Ends the training.</param>
    /// <returns>The caller owns it.</returns>
    public TeacherCache Open(DigitData data, int seed, ITrainingObserver observer, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, $"teachers-{task}-{Setting}-seed{seed}.cache");
        if (File.Exists(path))
        {
            try
            {
                return TeacherCache.Open(path, teachers: null, data.TrainInOrder, cancellation);
            }
            catch (InvalidDataException)
            {
                // Damaged, or of other data under the same name: made anew.
            }
        }

        Train(path, data, seed, observer, cancellation);
        return TeacherCache.Open(path, teachers: null, data: null, cancellation);
    }

    private void Train(
        string path, DigitData data, int seed, ITrainingObserver observer, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1000L * seed);
        SmallCnn audio = new();
        SmallCnn image = new();
        using UnimodalTeachers teachers = new(
            [new(DigitModel.Modalities[0], audio), new(DigitModel.Modalities[1], image)],
            [
                nn.Linear(audio.Width, AudioVisualDigitSet.Classes),
                nn.Linear(image.Width, AudioVisualDigitSet.Classes),
            ]);
        var options = settings.ToTrainerOptions([observer]);
        new UnimodalTeacherTrainer(teachers, DigitData.Task, options)
            .Fit(data.Train.Shuffled(settings.BatchSize, seed), data.ValidationInOrder, cancellation);
        Directory.CreateDirectory(folder);
        TeacherCache.Write(
            path, teachers, DigitData.Task, data.TrainInOrder, settings.ToDevice(), cancellation);
    }

    /// <summary>Names what the teachers depend on: all settings but those of the student alone.</summary>
    private string Setting => (settings with { Fusion = "", DistillationScale = 1 }).Fingerprint();
}
