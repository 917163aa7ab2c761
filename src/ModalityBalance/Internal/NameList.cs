namespace ModalityBalance.Internal;

/// <summary>How messages list many names.</summary>
internal static class NameList
{
    private const int Most = 6;

    /// <summary>The names, or the first of them and how many more there are.</summary>
    public static string Capped(this IReadOnlyCollection<string> names) => names.Count <= Most
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(Most - 1))} and {names.Count - Most + 1} more";
}
