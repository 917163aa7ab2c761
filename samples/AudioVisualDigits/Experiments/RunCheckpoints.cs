using ModalityBalance.Distributed;
using ModalityBalance.Training;

namespace AudioVisualDigits.Experiments;

/// <summary>The checkpoints of one run.</summary>
/// <param name="Folder">Where they are.</param>
/// <param name="EverySteps">Steps between two; null for one after every epoch.</param>
/// <param name="Resume">Whether to resume from the last good one.</param>
internal sealed record RunCheckpoints(string Folder, int? EverySteps, bool Resume)
{
    /// <summary>Gets the checkpoint to resume from, null for none. A run that starts over loses those of an earlier one.
    /// </summary>
    /// <param name="processes">All see the same checkpoints; the first removes them.</param>
    public string? Begin(ProcessGroup processes)
    {
        if (!Resume && processes.Rank == 0 && Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
        processes.WaitForAll();
        return Resume ? Checkpoint.FindNewest(Folder) : null;
    }

    /// <summary>Makes what writes them.</summary>
    public TrainingCallback ToObserver() =>
        new CheckpointWriter(Folder, new CheckpointOptions { EverySteps = EverySteps });
}
