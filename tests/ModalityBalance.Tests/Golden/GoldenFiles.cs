using System.Text.Json;

namespace ModalityBalance.Tests.Golden;

/// <summary>
/// Values that this project did not make. They come from the folder that the environment variable GOLDEN_DIR names,
/// so that sets from other seeds can be run, or else from the copies beside this file.
/// </summary>
internal static class GoldenFiles
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>A file as a record whose properties are named like the file's fields, in Pascal case.</summary>
    public static T Read<T>(string name)
    {
        var folder = Environment.GetEnvironmentVariable("GOLDEN_DIR");
        folder = string.IsNullOrEmpty(folder) ? Path.Combine(AppContext.BaseDirectory, "Golden") : folder;
        using var stream = File.OpenRead(Path.Combine(folder, name));
        return JsonSerializer.Deserialize<T>(stream, Options)!;
    }
}
