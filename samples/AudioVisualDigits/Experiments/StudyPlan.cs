namespace AudioVisualDigits.Experiments;

/// <summary>What a command asks for, completely resolved.</summary>
/// <param name="DataFolder">The folder of the real digits; null for the embedded task.</param>
/// <param name="Strategies">What to train by.</param>
/// <param name="Seeds">What to repeat each strategy with.</param>
/// <param name="Settings">How to train.</param>
/// <param name="Folder">Where the teachers' outputs and the traces go.</param>
/// <param name="ResultPath">The file to write the results to.</param>
/// <param name="Trace">Whether to write what the strategy did in every step.</param>
/// <param name="TensorBoard">Whether to write curves for TensorBoard.</param>
/// <param name="Report">Whether to write a page that shows the results.</param>
internal sealed record StudyPlan(
    string? DataFolder,
    IReadOnlyList<StrategyEntry> Strategies,
    IReadOnlyList<int> Seeds,
    RunSettings Settings,
    string Folder,
    string ResultPath,
    bool Trace,
    bool TensorBoard,
    bool Report)
{
    /// <summary>Gets the file of the page.</summary>
    public string ReportPath => Path.Combine(Folder, "report.html");

    /// <summary>Gets the runs in their order. The strategies take turns, so that a machine that slows down does so for
    /// all of them.</summary>
    public IEnumerable<(int Seed, StrategyEntry Strategy)> Runs =>
        from seed in Seeds
        from strategy in Strategies
        select (seed, strategy);
}
