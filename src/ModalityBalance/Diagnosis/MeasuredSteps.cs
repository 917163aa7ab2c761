namespace ModalityBalance.Diagnosis;

/// <summary>A measured run is trained in one go, because no checkpoint holds its measurements.</summary>
internal static class MeasuredSteps
{
    private const string Key = "measured_steps";

    public static IReadOnlyDictionary<string, double> State(long steps) =>
        new Dictionary<string, double> { [Key] = steps };

    /// <exception cref="ArgumentException">Steps were made, or it is the state of another strategy.</exception>
    public static void Refuse(string name, IReadOnlyDictionary<string, double> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Count != 1 || !state.TryGetValue(Key, out double steps) || steps > 0)
        {
            throw new ArgumentException(
                $"state must be that of a run of '{name}' that has not begun, because its measurements are in no "
                + $"checkpoint, but holds {string.Join(", ", state.Select(entry => $"{entry.Key} {entry.Value}"))}.",
                nameof(state));
        }
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
