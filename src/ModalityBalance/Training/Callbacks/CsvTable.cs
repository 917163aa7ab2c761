using System.Globalization;

namespace ModalityBalance.Training;

/// <summary>Rows of numbers in a file of comma-separated values. Every row is appended whole and nothing is held open:
/// a killed process loses at most the row that it was writing.</summary>
internal sealed class CsvTable
{
    private readonly string _path;
    private string? _header;

    /// <summary>Takes the file over: keeps the rows before a position, drops those after it and a torn last one.
    /// </summary>
    /// <param name="path">The file; made, with its folder, if it is not there.</param>
    /// <param name="key">The column that counts positions.</param>
    /// <param name="start">The position at which the rows to come begin; 0 replaces the file.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="InvalidDataException">What is there is no such table.</exception>
    public CsvTable(string path, string key, long start)
    {
        _path = path;
        WithWriteAccess(nameof(path), path, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            string[] kept = start > 0 && File.Exists(path) ? RowsBefore(start, key) : [];
            _header = kept.FirstOrDefault();
            File.WriteAllText($"{path}.tmp", string.Concat(kept.Select(line => $"{line}\n")));
            File.Move($"{path}.tmp", path, overwrite: true);
        });
    }

    /// <summary>Writes something, and reports a failure in terms of the caller's parameter.</summary>
    /// <param name="parameter">The parameter that names the place.</param>
    /// <param name="path">The place.</param>
    /// <param name="write">Writes.</param>
    /// <exception cref="IOException">The place cannot be written.</exception>
    public static void WithWriteAccess(string parameter, string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"{parameter} must be a place that can be written, but '{path}' is not: {e.Message}", e);
        }
    }

    /// <summary>Appends a row, after the header if it is the first.</summary>
    /// <param name="row">Names and values, the same names in every row.</param>
    /// <exception cref="InvalidDataException">The file has other columns.</exception>
    public void Add(IReadOnlyList<(string Name, double Value)> row)
    {
        string header = string.Join(',', row.Select(cell => Quoted(cell.Name)));
        string line = string.Join(',', row.Select(cell => cell.Value.ToString("R", CultureInfo.InvariantCulture)));
        if (_header is not null && _header != header)
        {
            throw new InvalidDataException(
                $"The columns of '{_path}' must be '{header}' to be appended to, but are '{_header}': use a "
                + "different file.");
        }

        File.AppendAllText(_path, _header is null ? $"{header}\n{line}\n" : $"{line}\n");
        _header = header;
    }

    private string[] RowsBefore(long start, string key)
    {
        string text = File.ReadAllText(_path);
        string[] lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int column = lines.Length == 0 ? 0 : Array.IndexOf(lines[0].Split(','), key);
        return column < 0 ? throw NoKey(1) : lines.Where((line, i) => i == 0 || Position(line, i) < start).ToArray();

        long Position(string line, int i) =>
            long.TryParse(line.Split(',').ElementAtOrDefault(column), CultureInfo.InvariantCulture, out long position)
                ? position
                : throw NoKey(i + 1);

        InvalidDataException NoKey(int line) =>
            new($"'{_path}' must be a log with a column '{key}' to be appended to, but line {line} has none.");
    }

    private static string Quoted(string name) =>
        name.AsSpan().ContainsAny(',', '"') ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;
}
