using System.Globalization;
using ModalityBalance.Training;

namespace ModalityBalance.Plots;

/// <summary>Figures of the steps of a run, for charts: recorded by a <see cref="StepRecorder"/>, or read from the file of a
/// <see cref="CsvStepLog"/>.</summary>
public sealed class StepHistory
{
    private readonly Dictionary<string, IReadOnlyList<double>> _figures;

    /// <summary>Creates a history.</summary>
    /// <param name="modalities">The names of the modalities, in order.</param>
    /// <param name="steps">The numbers of the steps, ascending.</param>
    /// <param name="figures">By the name of each figure, one value per step. A figure of each modality has the name of the
    /// modality behind an underscore, such as <c>alpha_audio</c>.</param>
    /// <exception cref="ArgumentException">There is no modality, or a figure has more or fewer values than there are steps.
    /// </exception>
    public StepHistory(
        IReadOnlyList<string> modalities, IReadOnlyList<long> steps, IReadOnlyDictionary<string, IReadOnlyList<double>> figures)
    {
        Check.Parts(modalities, nameof(modalities), modality => modality);
        ArgumentNullException.ThrowIfNull(steps);
        ArgumentNullException.ThrowIfNull(figures);
        foreach (var (name, values) in figures)
        {
            Check.Count(values.Count, steps.Count, $"Figure '{name}'", nameof(figures));
        }

        (Modalities, Steps, _figures) = (modalities, steps, new Dictionary<string, IReadOnlyList<double>>(figures));
    }

    /// <summary>The names of the modalities, in order.</summary>
    public IReadOnlyList<string> Modalities { get; }

    /// <summary>The numbers of the steps, ascending.</summary>
    public IReadOnlyList<long> Steps { get; }

    /// <summary>The names of the figures.</summary>
    public IReadOnlyCollection<string> Names => _figures.Keys;

    /// <summary>The values of a figure, one per step; NaN where a step had none.</summary>
    /// <param name="name">The name of the figure.</param>
    /// <exception cref="ArgumentException">There is no such figure.</exception>
    public IReadOnlyList<double> this[string name] => _figures.TryGetValue(name, out var values)
        ? values
        : throw new ArgumentException($"name must be a figure of the history, which has {List(Names)}, but is '{name}'.",
            nameof(name));

    /// <summary>Reads the file of a <see cref="CsvStepLog"/>.</summary>
    /// <param name="path">The file. A last row that is cut off, as by a killed process, is left out.</param>
    /// <param name="modalities">The names of the modalities of the run, in order.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is no log of steps.</exception>
    public static StepHistory Read(string path, IReadOnlyList<string> modalities)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string text = File.ReadAllText(path);
        string[] lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] names = lines.Length > 0 ? lines[0].Split(',') : [];
        int position = Array.IndexOf(names, "step");
        if (position < 0)
        {
            throw new InvalidDataException($"path must be a log of steps with a column 'step', but '{path}' has {List(names)}.");
        }

        double[][] rows = [.. lines.Skip(1).Select((line, i) => Row(line, i + 2, names.Length, path))];
        return new StepHistory(
            modalities,
            [.. rows.Select(row => (long)row[position])],
            names.Index().Where(column => column.Index != position)
                .ToDictionary(
                    column => column.Item, IReadOnlyList<double> (column) => [.. rows.Select(row => row[column.Index])]));
    }

    private static double[] Row(string line, int number, int columns, string path)
    {
        string[] cells = line.Split(',');
        double[] values = [.. cells.Select(cell =>
            double.TryParse(cell, CultureInfo.InvariantCulture, out double value) ? value : double.PositiveInfinity)];
        return cells.Length == columns && !values.Contains(double.PositiveInfinity)
            ? values
            : throw new InvalidDataException(
                $"Line {number} of '{path}' must hold {columns} finite numbers or NaN, but is '{line}'.");
    }

    private static string List(IReadOnlyCollection<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);
}
