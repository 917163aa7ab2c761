using System.CommandLine;
using System.Globalization;

namespace ModalityBalance.Benchmarks.CommandLine;

/// <summary>Options that say in one sentence what they must be and what was found.</summary>
internal static class Choices
{
    /// <summary>An option for a whole number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static Option<int> Number(
        string name, string description, int preset, int least, int most, int multipleOf = 1) => new(name)
        {
            Description = description,
            HelpName = "number",
            DefaultValueFactory = _ => preset,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                    || number < least || number > most || number % multipleOf != 0)
                {
                    string kind = multipleOf == 1 ? "whole number" : $"multiple of {multipleOf}";
                    result.AddError($"{name} must be a {kind} from {least} to {most}, but is '{text}'.");
                }

                return number;
            },
        };

    /// <summary>An option for one of some values, written in small letters; the first is the preset.</summary>
    public static Option<T> Of<T>(string name, string description, params IReadOnlyList<T> known)
        where T : struct, Enum
    {
        var names = known.ToDictionary(value => value.ToString().ToLowerInvariant());
        return new(name)
        {
            Description = $"{description}: {string.Join(", ", names.Keys)}.",
            HelpName = "name",
            DefaultValueFactory = _ => known[0],
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (!names.TryGetValue(text, out var value))
                {
                    result.AddError($"{name} must be one of {string.Join(", ", names.Keys)}, but is '{text}'.");
                }

                return value;
            },
        };
    }
}
