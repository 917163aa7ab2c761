using ModalityBalance.Strategies;

namespace ModalityBalance.Diagnosis;

/// <summary>A measured run is trained in one go, because no checkpoint holds its measurements.</summary>
internal static class MeasuredSteps
{
    private const string Key = "measured_steps";

    /// <summary>Counts a step, so that a run resumed from a checkpoint is recognized.</summary>
    /// <exception cref="InvalidOperationException">The state is that of a run with more steps.</exception>
    public static void Count(StateDict state, long steps)
    {
        double before = state.Contains(Key) ? state[Key] : 0;
        if (before > steps)
        {
            throw new InvalidOperationException(
                $"A measured run cannot be resumed, because its checkpoint holds no measurements, but it has {before} steps.");
        }

        state[Key] = steps + 1;
    }

    /// <exception cref="InvalidOperationException">No step was made.</exception>
    public static void CheckAny(long steps)
    {
        if (steps == 0)
        {
            throw new InvalidOperationException("A run must be trained before its measurements are read, but was not.");
        }
    }
}
