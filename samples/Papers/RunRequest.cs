namespace Papers;

/// <summary>What the user asks of an experiment.</summary>
/// <param name="DataFolder">The folder of the real digits; null if none was given.</param>
/// <param name="Seeds">The number of seeds, at least 1.</param>
/// <param name="IsQuick">Whether to train for two epochs on few samples, to see that it works.</param>
/// <param name="Folder">The folder of its results.</param>
/// <param name="DigitsFolder">The folder in which all experiments on the audio-visual digits keep the runs that they
/// share.</param>
/// <param name="RunsFolder">The folder in which all other experiments keep the figures of their runs.</param>
/// <param name="Cancellation">Ends the experiment.</param>
internal sealed record RunRequest(
    string? DataFolder,
    int Seeds,
    bool IsQuick,
    string Folder,
    string DigitsFolder,
    string RunsFolder,
    CancellationToken Cancellation);
