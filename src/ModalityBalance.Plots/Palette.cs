using ScottPlot;

namespace ModalityBalance.Plots;

/// <summary>The colors, dashes and markers of one theme. No two colors of a palette are the same, and none has a name in SVG, so
/// that <see cref="SvgDrawing"/> can tell the parts of a drawing apart by their color.</summary>
internal sealed class Palette
{
    /// <summary>The colors that data has before they repeat.</summary>
    public const int Looks = 8;

    public static readonly Palette Light = new(
        "#FDFDFE", "#1C2430", "#566070", "#D5DAE1",
        ["#3A4250", "#0069AD", "#C24A00", "#007A5C", "#A0438F", "#8A6A00", "#2A7FC4", "#CC2F5E"]);

    public static readonly Palette Dark = new(
        "#12161C", "#E4E8EE", "#A3ADBA", "#333C48",
        ["#D5DAE2", "#5CB3F0", "#FF9150", "#35C79D", "#E79AD3", "#E2B92C", "#A4D4F7", "#FF7F9F"]);

    // Of 8 and 5 entries: with the colors, 40 series differ in dashes or marker.
    private static readonly float[][] DashLengths =
        [[], [8, 3], [2, 3], [12, 3, 2, 3], [5, 4], [8, 3, 2, 3, 2, 3], [16, 4], [4, 2, 1, 2]];

    private static readonly MarkerShape[] MarkerShapes =
    [
        MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond,
        MarkerShape.FilledTriangleDown,
    ];

    private Palette(string background, string text, string quiet, string grid, string[] series)
    {
        (Background, Text, Quiet, Grid, Series) = (background, text, quiet, grid, series);
    }

    /// <summary>Behind everything.</summary>
    public string Background { get; }

    /// <summary>Titles.</summary>
    public string Text { get; }

    /// <summary>Labels and frames.</summary>
    public string Quiet { get; }

    /// <summary>Grid lines.</summary>
    public string Grid { get; }

    /// <summary>The colors of the data.</summary>
    public IReadOnlyList<string> Series { get; }

    /// <summary>All colors, in an order that both palettes share.</summary>
    public IReadOnlyList<string> All => [Background, Text, Quiet, Grid, .. Series];

    public static Palette Of(ChartTheme theme) => theme == ChartTheme.Dark ? Dark : Light;

    /// <summary>The lengths of dashes and gaps in turn; none for a solid line.</summary>
    public static IReadOnlyList<float> Dashes(int look) => DashLengths[look % DashLengths.Length];

    public static MarkerShape Marker(int look) => MarkerShapes[look % MarkerShapes.Length];

    public Color Color(int look) => ScottPlot.Color.FromHex(Series[look % Looks]);
}
