using System.Text.Encodings.Web;
using System.Text.Json;
using AudioVisualDigits.Data;

namespace AudioVisualDigits.Results;

/// <summary>A file that results go to: made sure of before training, written aside and renamed after it. A symbolic
/// link stays, and what it leads to is written.</summary>
internal sealed class OutputFile
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // Where a system keeps what only looks like a file.
    private static readonly string[] Devices = ["/dev/", "/proc/", "/sys/"];

    private readonly string _path;

    private OutputFile(string path)
    {
        _path = path;
    }

    private string Aside => _path + ".tmp";

    /// <summary>Makes the file's folder and proves that the file can be written, without leaving one.</summary>
    /// <exception cref="BadInputException">It cannot, or it is no plain file, which the renaming would replace.
    /// </exception>
    public static OutputFile Prepare(string path)
    {
        if (Directory.Exists(path))
            throw new BadInputException($"'{path}' must be a file to write results to, but is a folder.");
        return Attempt(path, () =>
        {
            var link = new FileInfo(path);
            var file = new OutputFile(
                link.LinkTarget is null ? path : link.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
            if (file.IsSpecial())
                throw new BadInputException($"'{path}' must be a file to write results to, but is a pipe or a device.");
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file._path))!);
            File.Create(file.Aside, 1, FileOptions.DeleteOnClose).Dispose();
            return file;
        });
    }

    /// <summary>Writes a record in place of what was there, as JSON.</summary>
    /// <inheritdoc cref="Write"/>
    public void WriteRecord<T>(T record) => Write(JsonSerializer.Serialize(record, Format));

    /// <summary>Writes text in place of what was there.</summary>
    /// <exception cref="BadInputException">The file cannot be written any more.</exception>
    public void Write(string text) => Attempt(_path, () =>
    {
        File.WriteAllText(Aside, text);
        File.Move(Aside, _path, overwrite: true);
        return this;
    });

    private bool IsSpecial()
    {
        if (Devices.Any(Path.GetFullPath(_path).StartsWith))
            return true;
        if (!File.Exists(_path))
            return false;
        // Opening a pipe for both does not wait for its other end.
        using var stream = new FileStream(_path, FileMode.Open, FileAccess.ReadWrite);
        return !stream.CanSeek;
    }

    private static OutputFile Attempt(string path, Func<OutputFile> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BadInputException($"'{path}' must be writable, but writing failed: {e.Message}", e);
        }
    }
}
