using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModalityBalance.Strategies;

/// <summary>Options as text that does not depend on the culture, members and lists by value.</summary>
internal static class OptionText
{
    private static readonly JsonSerializerOptions Format = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>A name with the options behind it.</summary>
    public static string With<T>(this string name, T options) => $"{name} {JsonSerializer.Serialize(options, Format)}";
}
