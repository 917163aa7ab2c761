using ModalityBalance.Internal;

namespace ModalityBalance.Training;

/// <summary>What a user should know about a run beside the strategy's own remarks.</summary>
internal static class RunRemarks
{
    /// <summary>Known when the run begins.</summary>
    public static IEnumerable<string> AtStart(TrainingState state, TrainerOptions options)
    {
        var left = OptimizedParameters.LeftOut(state.Optimizer, state.Model.Root);
        if (left.Count > 0)
        {
            yield return $"The optimizer leaves out {left.Count} trainable parameters, which stay as they are: "
                + $"{left.Capped()}. If that is meant, set their requires_grad to false.";
        }

        if (options.ResumeFrom is null && !state.Strategy.State.IsEmpty)
        {
            yield return $"{state.Strategy.Name} went on from what it remembered of an earlier run: use a new instance for "
                + "each run.";
        }
    }

    /// <summary>Known when the run has ended.</summary>
    public static IEnumerable<string> AtEnd(TrainingState state)
    {
        int skipped = state.Epochs.Sum(epoch => epoch.SkippedSteps);
        if (skipped > 0)
        {
            yield return $"{skipped} of {state.Step} steps were skipped because a loss or gradient was not finite.";
        }

        var broken = state.Epochs.Where(epoch => epoch.Validation is { } scores && !double.IsFinite(scores.Loss)).ToArray();
        if (broken.Length > 0)
        {
            yield return $"The validation loss was not finite in {broken.Length} of {state.Epochs.Count} epochs, first in "
                + $"epoch {broken[0].Epoch}.";
        }
    }
}
