namespace AudioVisualDigits.Experiments;

/// <summary>What a command asks for, completely resolved.</summary>
/// <param name="DataFolder">The folder of the real digits; null for the embedded task.</param>
/// <param name="Strategies">What to train by.</param>
/// <param name="Seeds">What to repeat each strategy with.</param>
/// <param name="Settings">How to train.</param>
/// <param name="Folder">Where the teachers' outputs, checkpoints and traces go.</param>
/// <param name="ResultPath">The file to write the results to.</param>
internal sealed record StudyPlan(
    string? DataFolder,
    IReadOnlyList<StrategyEntry> Strategies,
    IReadOnlyList<int> Seeds,
    RunSettings Settings,
    string Folder,
    string ResultPath)
{
    /// <summary>Gets what the runs write beside their results, and whether they resume.</summary>
    public RunFlags Flags { get; init; } = new();

    /// <summary>Gets the file of the page.</summary>
    public string ReportPath => Path.Combine(Folder, "report.html");

    /// <summary>Gets the checkpoints of one run.</summary>
    /// <param name="task">The name of the task.</param>
    /// <param name="strategy">What is trained by.</param>
    /// <param name="seed">The seed.</param>
    public RunCheckpoints Checkpoints(string task, StrategyEntry strategy, int seed)
    {
        // Those for a report hold its curves too.
        var name = $"{task}-{strategy.FileName}-{Settings.Fingerprint()}-seed{seed}{(Flags.Report ? "-report" : "")}";
        return new RunCheckpoints(Path.Combine(Folder, "checkpoints", name), Flags.CheckpointEvery, Flags.Resume);
    }

    /// <summary>Gets the runs in their order. The strategies take turns, so that a machine that slows down does so for
    /// all of them.</summary>
    public IEnumerable<(int Seed, StrategyEntry Strategy)> Runs =>
        from seed in Seeds
        from strategy in Strategies
        select (seed, strategy);
}
