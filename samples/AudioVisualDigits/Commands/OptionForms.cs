using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace AudioVisualDigits.Commands;

/// <summary>Options that say in one sentence what they must be and what was found.</summary>
internal static class OptionForms
{
    /// <summary>Makes an option for a number.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="range">What it must be, to follow "must be".</param>
    /// <param name="isValid">Whether a number is that.</param>
    public static Option<T?> Number<T>(string name, string description, string range, Func<T, bool> isValid)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = "number",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && isValid(value))
                    return value;
                result.AddError($"{name} must be {range}, but is '{text}'.");
                return null;
            },
        };

    /// <summary>Makes an option for a number that tensors of floats are multiplied by.</summary>
    /// <inheritdoc cref="Number"/>
    public static Option<double?> Factor(string name, string description) => Number<double>(
        name, description, "a number above 0 that a float can hold",
        factor => (float)factor > 0 && float.IsFinite((float)factor));

    /// <summary>Makes an option for one of several names.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="known">The names, the default first.</param>
    public static Option<string> Choice(string name, string description, IReadOnlyList<string> known) => new(name)
    {
        Description = description,
        HelpName = "name",
        DefaultValueFactory = _ => known[0],
        CustomParser = result => Known(result, name, known, result.Tokens[0].Value),
    };

    /// <summary>Makes an option that is there or not.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">What it is for.</param>
    public static Option<bool> Flag(string name, string description) => new(name)
    {
        Description = description,
        Arity = ArgumentArity.Zero,
    };

    /// <summary>Makes an option for a file or folder.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="kind">File or folder.</param>
    public static Option<string?> Place(string name, string description, string kind) => new(name)
    {
        Description = description,
        HelpName = kind,
        CustomParser = result =>
        {
            var path = result.Tokens[0].Value;
            if (path.Length == 0)
                result.AddError($"{name} must name a {kind}, but is ''.");
            return path;
        },
    };

    /// <summary>Gets a name as it is, and adds an error that lists the known ones if it is none of them.</summary>
    public static string Known(ArgumentResult result, string option, IReadOnlyList<string> known, string name)
    {
        if (!known.Contains(name))
            result.AddError($"{option} must be one of {string.Join(", ", known)}, but is '{name}'.");
        return name;
    }

    /// <summary>Offers options in a command.</summary>
    public static void Add(Command command, params Option[] options)
    {
        foreach (var option in options)
            command.Add(option);
    }
}
