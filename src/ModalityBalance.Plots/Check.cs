namespace ModalityBalance.Plots;

/// <summary>Refusals of bad input.</summary>
internal static class Check
{
    /// <summary>At least one part, none null, all with a name.</summary>
    public static void Parts<T>(IReadOnlyList<T> parts, string parameter, Func<T, string> name)
    {
        ArgumentNullException.ThrowIfNull(parts, parameter);
        if (parts.Count == 0)
        {
            throw new ArgumentException($"{parameter} must hold at least one entry, but holds none.", parameter);
        }

        foreach (var (i, part) in parts.Index())
        {
            if (part is null || name(part) is null)
            {
                string found = part is null ? "is" : "its name is";
                throw new ArgumentException(
                    $"{parameter}[{i}] must be an entry with a name, but {found} null.", parameter);
            }
        }
    }

    /// <summary>Numbers that a chart can place.</summary>
    public static void Finite(IEnumerable<double> values, string what, string parameter)
    {
        foreach (var (i, value) in values.Index())
        {
            if (!double.IsFinite(value))
            {
                throw new ArgumentException($"{what} must be finite, but at point {i} is {value}.", parameter);
            }
        }
    }

    /// <summary>As many entries as something else has.</summary>
    public static void Count(int found, int expected, string what, string parameter)
    {
        if (found != expected)
        {
            throw new ArgumentException($"{what} must hold {expected} entries, but holds {found}.", parameter);
        }
    }
}
