using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModalityBalance.Benchmarks.CommandLine;

/// <summary>A file for results: proved writable before the measurement, written aside and renamed after it.</summary>
internal sealed class JsonFile
{
    /// <summary>How results are written: names of values in small letters, what is not finite as "Infinity" or "NaN".
    /// </summary>
    public static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly string _path;

    private JsonFile(string path) => _path = path;

    /// <exception cref="BadInputException">The file cannot be written.</exception>
    public static JsonFile Prepare(string path)
    {
        if (Path.GetFileName(path).Length == 0 || Directory.Exists(path))
        {
            throw new BadInputException($"--json must be a file that can be written, but '{path}' is a folder.");
        }

        var file = new JsonFile(path);
        file.Attempt(aside => File.Create(aside, 1, FileOptions.DeleteOnClose).Dispose());
        return file;
    }

    public void Write<T>(T results)
    {
        string text = JsonSerializer.Serialize(results, Format);
        Attempt(aside =>
        {
            File.WriteAllText(aside, text);
            File.Move(aside, _path, overwrite: true);
        });
    }

    private void Attempt(Action<string> write)
    {
        try
        {
            write(_path + ".new");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BadInputException(
                $"--json must be a file that can be written, but '{_path}' is not: {e.Message}");
        }
    }
}
