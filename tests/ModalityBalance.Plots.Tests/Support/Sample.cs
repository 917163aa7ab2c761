namespace ModalityBalance.Plots.Tests.Support;

/// <summary>Charts of a few numbers.</summary>
internal static class Sample
{
    public static readonly LineChart Lines = new("A chart", "epoch", "accuracy in %",
    [
        Series.Of("audio", [(1, 20), (2, 60), (3, 70)]),
        Series.Of("image", [(1, 30), (2, 35), (3, 40)]),
    ]);

    public static readonly BarChart Bars = new("Bars", "accuracy", ["audio", "image"],
    [
        new BarSeries("own head", [0.5, 0.75]), new BarSeries("teacher", [0.875, double.NaN]),
    ]);

    public static readonly LaneChart Lanes = new("Lanes", "training step", ["all", "audio"],
    [
        LaneRun.Of("seed 0", [(0, 1), (10, 1), (20, 0), (30, 0)]), LaneRun.Of("seed 1", [(0, 0), (10, 1), (20, 1), (30, 1)]),
    ]);

    public static readonly ScatterChart Points = new("Points", "first", "second",
    [
        new PointGroup("zero", [(0, 0), (1, 0)]), new PointGroup("one", [(4, 4), (5, 4), (4, 5)]),
    ]);

    /// <summary>One of each kind.</summary>
    public static TheoryData<string> Kinds => [.. All.Keys];

    public static Dictionary<string, Chart> All => new()
    {
        ["lines"] = Lines,
        ["bars"] = Bars,
        ["lanes"] = Lanes,
        ["points"] = Points,
    };
}
