namespace ModalityBalance.Internal;

/// <summary>Wording that several messages share.</summary>
internal static class MessageText
{
    private const int MaxNames = 6;

    /// <summary>The names, or the first of them and how many more there are.</summary>
    public static string Capped(this IReadOnlyCollection<string> names) => names.Count <= MaxNames
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(MaxNames - 1))} and {names.Count - MaxNames + 1} more";
}
