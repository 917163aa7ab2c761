using System.Text.Encodings.Web;
using System.Text.Json;
using AudioVisualDigits.Data;

namespace AudioVisualDigits.Results;

/// <summary>A file that results go to: made sure of before training, written aside and renamed after it.</summary>
internal sealed class OutputFile
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string _path;

    private OutputFile(string path)
    {
        _path = path;
    }

    private string Aside => _path + ".tmp";

    /// <summary>Makes the file's folder and proves that the file can be written, without leaving one.</summary>
    /// <exception cref="BadInputException">It cannot.</exception>
    public static OutputFile Prepare(string path)
    {
        if (Directory.Exists(path))
            throw new BadInputException($"'{path}' must be a file to write results to, but is a folder.");
        var file = new OutputFile(path);
        file.Attempt(() =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.Create(file.Aside, 1, FileOptions.DeleteOnClose).Dispose();
        });
        return file;
    }

    /// <summary>Writes a record in place of what was there, as JSON.</summary>
    /// <inheritdoc cref="Write"/>
    public void WriteRecord<T>(T record) => Write(JsonSerializer.Serialize(record, Format));

    /// <summary>Writes text in place of what was there.</summary>
    /// <exception cref="BadInputException">The file cannot be written any more.</exception>
    public void Write(string text) => Attempt(() =>
    {
        File.WriteAllText(Aside, text);
        File.Move(Aside, _path, overwrite: true);
    });

    private void Attempt(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BadInputException($"'{_path}' must be writable, but writing failed: {e.Message}", e);
        }
    }
}
