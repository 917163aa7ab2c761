using ModalityBalance.Models;

namespace ModalityBalance.Training;

/// <summary>Files that hold a run at one of its steps: weights, buffers, best weights, optimizer, position of the
/// learning-rate schedule, strategy, observers, random numbers and the place in the data. <see cref="CheckpointWriter"/>
/// writes them, <see cref="TrainerOptions.ResumeFrom"/> resumes from one.</summary>
public static class Checkpoint
{
    /// <summary>How the files of a <see cref="CheckpointWriter"/> end.</summary>
    public const string Extension = ".checkpoint";

    /// <summary>Finds the last good checkpoint of a folder. Each candidate is read and checked as a whole, newest first;
    /// damaged ones are passed over.</summary>
    /// <param name="folder">What a <see cref="CheckpointWriter"/> wrote to. It need not exist.</param>
    /// <returns>Its path; null if there is none.</returns>
    public static string? FindNewest(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return CheckpointFolder.Steps(folder).FirstOrDefault(path => CheckpointFolder.StepOf(path) is not null);
    }

    /// <summary>Loads the weights and buffers of a checkpoint into a model, to use it or to train it otherwise.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="model">The same network as the one that was trained, on any device.</param>
    /// <param name="best">Whether to take the weights of the best validation epoch, if there are any, instead of those of
    /// the checkpoint's step; true by default.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no checkpoint, damaged, or of another model; the message lists the
    /// differences. The model is as it was.</exception>
    public static void LoadModel(string path, IMultimodalModel model, bool best = true)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(model);
        using var file = CheckpointFile.Open(path);
        TrainingIdentity.CheckSameModel(model.Root, file.Snapshot.Identity, path);
        if (!best || !file.LoadBestModel(model.Root))
        {
            file.LoadModel(model.Root);
        }
    }
}
