using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using AudioVisualDigits.Data;

namespace AudioVisualDigits.Experiments;

/// <summary>A strategy of the registry with some of its options changed, as the user writes it:
/// <c>g2d:PhaseEpochs=3:Suppression=Partial</c>.
/// </summary>
internal static class StrategyVariant
{
    private const char Separator = ':';
    private const char ListSeparator = '+';

    private static readonly JsonSerializerOptions Format = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Gets the name of the strategy without its settings.</summary>
    public static string BaseName(string text) => text.Split(Separator)[0];

    /// <summary>Gets the names of the options that can be changed.</summary>
    public static IEnumerable<string> OptionNames(StrategyEntry entry) =>
        entry.Options is { } options ? Json(options(StrategyContext.Any)).Select(property => property.Key) : [];

    /// <summary>Changes a strategy's options.</summary>
    /// <param name="entry">The strategy.</param>
    /// <param name="text">Its name, then settings.</param>
    /// <exception cref="BadInputException">It has no such option, or the value is of another kind.</exception>
    public static StrategyEntry Of(StrategyEntry entry, string text)
    {
        string[] settings = text.Split(Separator)[1..];
        if (settings.Length == 0)
            return entry;
        if (entry.Options is not { } options)
            throw new BadInputException($"'{text}' must be a strategy with options to be changed, but {entry.Name} has none.");
        string changed = string.Join(Separator, settings.Prepend(entry.Name));
        _ = Changed(options(StrategyContext.Any), settings, changed);
        return entry with { Name = changed, Options = context => Changed(options(context), settings, changed) };
    }

    private static object Changed(object options, string[] settings, string text)
    {
        var json = Json(options);
        foreach (string setting in settings)
        {
            string[] parts = setting.Split('=', 2);
            string name = json.Select(property => property.Key)
                .FirstOrDefault(key => key.Equals(parts[0], StringComparison.OrdinalIgnoreCase))
                ?? throw new BadInputException(
                    $"'{text}' must change one of {string.Join(", ", json.Select(property => property.Key))}, but changes '{parts[0]}'.");
            string value = parts.Length == 2
                ? parts[1]
                : throw new BadInputException($"'{text}' must give every option a value, as in {name}=1, but '{setting}' has none.");
            json[name] = Parse(value, options.GetType().GetProperty(name)!.PropertyType);
        }

        try
        {
            return json.Deserialize(options.GetType(), Format)!;
        }
        catch (JsonException e)
        {
            throw new BadInputException($"'{text}' must give its options values of their kind, but that failed: {e.Message}", e);
        }
    }

    private static JsonObject Json(object options) => JsonSerializer.SerializeToNode(options, options.GetType(), Format)!.AsObject();

    /// <summary>The value of an option: a list of numbers, a number, a truth value, nothing, or a name.</summary>
    private static JsonNode? Parse(string value, Type type)
    {
        if (type != typeof(string) && type.IsAssignableTo(typeof(System.Collections.IEnumerable)))
            return new JsonArray([.. value.Split(ListSeparator, StringSplitOptions.RemoveEmptyEntries).Select(Scalar)]);
        return Scalar(value);
    }

    private static JsonNode? Scalar(string value) => value switch
    {
        "null" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out int whole) => JsonValue.Create(whole),
        _ when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => JsonValue.Create(number),
        _ => JsonValue.Create(value),
    };
}
