namespace AudioVisualDigits.Results;

/// <summary>What a strategy did in some steps, at equal distances.</summary>
/// <param name="Steps">Which steps, from 0.</param>
/// <param name="Figures">By the figure's name, a value for each of the steps; NaN where there was none.</param>
internal sealed record StepRecord(
    IReadOnlyList<long> Steps, IReadOnlyDictionary<string, IReadOnlyList<double>> Figures);
