using System.Text.Json;
using System.Text.Json.Serialization;
using AudioVisualDigits;
using AudioVisualDigits.Data;
using AudioVisualDigits.Results;
using ModalityBalance.Training;

namespace Papers;

/// <summary>The runs of one experiment. The figures of each are kept in a file, so that an interrupted experiment resumes and
/// experiments can share runs. Those of another build of this program or the library are not used.</summary>
/// <param name="request">What the user asks for.</param>
/// <param name="experiment">The experiment's name, the beginning of its files' names.</param>
internal sealed class ExperimentRuns(RunRequest request, string experiment)
{
    // Deterministic builds: it changes with the code, and only then.
    private static readonly string Build = string.Concat(
        new[] { typeof(ExperimentRuns), typeof(DigitsProgram), typeof(Trainer) }
            .Select(type => type.Module.ModuleVersionId.ToString("N")[..4]));

    private static readonly JsonSerializerOptions Format = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Makes the row of a method from its figures with all seeds.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="score">Trains with a seed and returns as many figures as there are columns; NaN for none.</param>
    /// <exception cref="BadInputException">The folder cannot be written, or holds a damaged file.</exception>
    public ResultRow Of(string method, Func<int, double[]> score) =>
        Of([method], $"{experiment}-{FileName(method)}", seed => [score(seed)])[0];

    /// <summary>Makes the rows of several methods, whose figures come from one run per seed: all that the experiment has.</summary>
    /// <param name="methods">The methods' names.</param>
    /// <param name="score">Trains with a seed and returns the figures of every method.</param>
    /// <exception cref="BadInputException">The folder cannot be written, or holds a damaged file.</exception>
    public IReadOnlyList<ResultRow> Of(IReadOnlyList<string> methods, Func<int, double[][]> score) => Of(methods, experiment, score);

    private ResultRow[] Of(IReadOnlyList<string> methods, string file, Func<int, double[][]> score)
    {
        double[][][] runs = [.. Enumerable.Range(1, request.Seeds).Select(seed => Run(file, seed, score))];
        return [.. methods.Select((method, row) => new ResultRow(method, [.. runs[0][row].Select((_, column) => Figure(row, column))]))];

        Statistic? Figure(int row, int column)
        {
            double[] figures = [.. runs.Select(run => run[row][column])];
            return figures.Any(double.IsNaN) ? null : Statistic.Of(figures);
        }
    }

    private static string FileName(string method) =>
        string.Concat(method.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));

    private double[][] Run(string file, int seed, Func<int, double[][]> score)
    {
        string path = Path.Combine(request.RunsFolder, $"{file}-seed{seed}-{Build}.json");
        if (File.Exists(path))
            return Read(path);

        request.Cancellation.ThrowIfCancellationRequested();
        double[][] figures = score(seed);
        ResultFile.Write(path, JsonSerializer.Serialize(figures, Format));
        return figures;
    }

    private static double[][] Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<double[][]>(File.ReadAllText(path), Format) ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"'{path}' must hold the figures of a run, but cannot be read: {e.Message} Delete it.", e);
        }
    }
}
