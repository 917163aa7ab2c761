namespace ModalityBalance.Datasets;

/// <summary>A split of recordings: a text file with a name and a class per line, with a comma between.</summary>
internal static class SplitFile
{
    private const int Named = 3;

    /// <summary>Reads the names and classes of a file. Empty lines are left out.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line has another form, or there is none.</exception>
    public static (string Name, string Class)[] Read(string path)
    {
        var rows = FileContent.Of(path, "a split file with a name and a class per line, with a comma between", () =>
            File.ReadLines(path).Index().Where(line => !string.IsNullOrWhiteSpace(line.Item)).Select(Row).ToArray());
        return rows.Length > 0 ? rows : throw new InvalidDataException($"'{path}' must name at least one recording, but is empty.");

        static (string, string) Row((int Index, string Text) line) =>
            line.Text.Split(',', StringSplitOptions.TrimEntries) is [{ Length: > 0 } name, { Length: > 0 } label]
                ? (name, label)
                : throw new InvalidDataException($"line {line.Index + 1} is '{line.Text}'");
    }

    /// <summary>Finds the recordings of a split.</summary>
    /// <param name="path">The split file.</param>
    /// <param name="classes">The names of the classes, by their number.</param>
    /// <param name="sound">The wav file of a name.</param>
    /// <param name="frames">The folder with the frames of a name.</param>
    /// <exception cref="InvalidDataException">A class is unknown, or a recording is missing.</exception>
    public static Clip[] Clips(
        string path, IReadOnlyList<string> classes, Func<string, string> sound, Func<string, string> frames)
    {
        var rows = Read(path);
        if (rows.FirstOrDefault(row => !classes.Contains(row.Class)) is { Name: not null } unknown)
        {
            throw new InvalidDataException(
                $"'{path}' must name classes of {string.Join(", ", classes)}, but '{unknown.Name}' has the class '{unknown.Class}'.");
        }

        string[] missing = [.. rows.Select(row => sound(row.Name)).Where(file => !File.Exists(file))
            .Concat(rows.Select(row => frames(row.Name)).Where(folder => !Directory.Exists(folder)))];
        if (missing.Length > 0)
        {
            throw new InvalidDataException(
                $"'{path}' must name recordings that are there, but {missing.Length} of their {2 * rows.Length} files and folders are "
                + $"not: {string.Join(", ", missing.Take(Named).Select(file => $"'{file}'"))}{(missing.Length > Named ? ", ..." : "")}.");
        }

        return [.. rows.Select(row => new Clip(sound(row.Name), Frames.In(frames(row.Name)), IndexOf(row.Class)))];

        int IndexOf(string name) => Enumerable.Range(0, classes.Count).First(i => classes[i] == name);
    }
}
