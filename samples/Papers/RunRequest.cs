namespace Papers;

/// <summary>What the user asks of an experiment.</summary>
/// <param name="DataFolder">The folder of the real digits; null if none was given.</param>
/// <param name="Seeds">The number of seeds, at least 1.</param>
/// <param name="IsQuick">Whether to train for two epochs on few samples, to see that it works.</param>
/// <param name="Folder">Where its results go.</param>
/// <param name="DigitsFolder">Where all experiments on the audio-visual digits keep their runs, which they share.</param>
/// <param name="Cancellation">Ends the experiment.</param>
internal sealed record RunRequest(string? DataFolder, int Seeds, bool IsQuick, string Folder, string DigitsFolder, CancellationToken Cancellation);

/// <summary>The result of an experiment.</summary>
/// <param name="Columns">The names of the figures.</param>
/// <param name="Rows">One per method.</param>
internal sealed record ResultTable(IReadOnlyList<string> Columns, IReadOnlyList<ResultRow> Rows);

/// <summary>The figures of one method.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Values">One value per column; null if there is none.</param>
internal sealed record ResultRow(string Method, IReadOnlyList<double?> Values)
{
    /// <summary>Makes the row of a method from its mean figures over seeds.</summary>
    /// <param name="method">Its name.</param>
    /// <param name="seeds">How many seeds, from 1 on.</param>
    /// <param name="score">The figures with a seed, as many as columns.</param>
    public static ResultRow Mean(string method, int seeds, Func<int, double[]> score) =>
        Means([method], seeds, seed => [score(seed)])[0];

    /// <summary>Makes the rows of several methods, whose figures come from one experiment per seed.</summary>
    /// <param name="methods">Their names.</param>
    /// <param name="seeds">How many seeds, from 1 on.</param>
    /// <param name="score">The figures of every method with a seed, as many as columns each.</param>
    public static IReadOnlyList<ResultRow> Means(IReadOnlyList<string> methods, int seeds, Func<int, IReadOnlyList<double[]>> score)
    {
        IReadOnlyList<double[]>[] scores = [.. Enumerable.Range(1, seeds).Select(score)];
        return
        [
            .. methods.Select((method, row) => new ResultRow(
                method, [.. scores[0][row].Select((_, i) => (double?)scores.Average(figures => figures[row][i]))])),
        ];
    }
}
