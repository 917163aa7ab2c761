using System.Xml.Linq;
using ScottPlot;

namespace ModalityBalance.Plots;

/// <summary>A chart, drawn again in every call. Colors, dashes and markers distinguish the data.</summary>
public abstract record Chart
{
    private const int LeastSize = 100;
    private const int MostSize = 10_000;
    private const double LeastScale = 0.1;
    private const double MostScale = 10;

    private protected Chart(string title)
    {
        ArgumentNullException.ThrowIfNull(title);
        Title = title;
    }

    /// <summary>The title.</summary>
    public string Title { get; }

    /// <summary>The width in pixels, in [100, 10000]. Defaults to 640.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The width is out of its range.</exception>
    public int Width { get; init => field = Size(value, nameof(Width)); } = 640;

    /// <summary>The height in pixels, in [100, 10000]. Defaults to 400.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The height is out of its range.</exception>
    public int Height { get; init => field = Size(value, nameof(Height)); } = 400;

    /// <summary>Whether the title is drawn. Defaults to <see langword="true"/>. Otherwise it stays in the text for readers who do
    /// not see the chart.</summary>
    public bool DrawsTitle { get; init; } = true;

    /// <summary>The chart in words, for readers who do not see it.</summary>
    public abstract string Description { get; }

    /// <summary>Creates the chart as a plot of ScottPlot, to be changed or shown in a window.</summary>
    /// <param name="theme">Light or dark.</param>
    /// <returns>A plot that the caller owns.</returns>
    /// <exception cref="ArgumentException">The theme is <see cref="ChartTheme.Automatic"/> or unknown.</exception>
    public Plot ToPlot(ChartTheme theme = ChartTheme.Light)
    {
        if (theme is not (ChartTheme.Light or ChartTheme.Dark))
        {
            throw new ArgumentException($"theme must be Light or Dark for what is no SVG, but is {theme}.", nameof(theme));
        }

        return Draw(theme, dashes: true).Finish();
    }

    /// <summary>Draws the chart as an SVG document. Its text is text, its parts carry the classes <c>series-0</c> to
    /// <c>series-7</c> by color, and it names itself to screen readers.</summary>
    /// <param name="theme">The colors. Defaults to those that the reader prefers.</param>
    /// <exception cref="ArgumentException">The theme is unknown.</exception>
    public string ToSvg(ChartTheme theme = ChartTheme.Automatic) => Svg(theme).Document().ToString();

    /// <summary>Draws the chart as an element to stand inside HTML. It has no background and no size of its own, and no name
    /// space.</summary>
    /// <param name="id">The beginning of all ids in the element, which makes them unique within the page: a letter, then letters,
    /// digits and hyphens.</param>
    /// <param name="theme">The colors. Defaults to those that the reader prefers.</param>
    /// <exception cref="ArgumentException">The id is not of that form, or the theme is unknown.</exception>
    public XElement ToHtml(string id, ChartTheme theme = ChartTheme.Automatic)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (id.Length == 0 || !char.IsAsciiLetter(id[0]) || !id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            throw new ArgumentException(
                $"id must be an ASCII letter and then letters, digits and hyphens, but is '{id}'.", nameof(id));
        }

        return Svg(theme).Element(id);
    }

    /// <summary>Draws the chart as a PNG image.</summary>
    /// <param name="theme">Light or dark.</param>
    /// <param name="scale">Pixels of the image per pixel of the chart, in [0.1, 10]. Defaults to 2, for dense screens.</param>
    /// <exception cref="ArgumentException">The theme is <see cref="ChartTheme.Automatic"/> or unknown, or the scale is out of its
    /// range.</exception>
    public byte[] ToPng(ChartTheme theme = ChartTheme.Light, double scale = 2)
    {
        if (!(scale >= LeastScale && scale <= MostScale))
        {
            throw new ArgumentOutOfRangeException(
                nameof(scale), $"scale must lie in [{LeastScale}, {MostScale}], but is {scale}.");
        }

        using var plot = ToPlot(theme);
        plot.ScaleFactor = scale;
        using var image = plot.GetImage((int)Math.Round(Width * scale), (int)Math.Round(Height * scale));
        return image.GetImageBytes(ImageFormat.Png);
    }

    /// <summary>Writes the chart as an SVG file: aside first, then in place of what was there. Creates its folder.</summary>
    /// <param name="path">The file.</param>
    /// <param name="theme">The colors. Defaults to those that the reader prefers.</param>
    /// <exception cref="ArgumentException">The path is empty, or the theme is unknown.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveSvg(string path, ChartTheme theme = ChartTheme.Automatic) =>
        ChartFile.Write(path, () => System.Text.Encoding.UTF8.GetBytes(ToSvg(theme)));

    /// <summary>Writes the chart as a PNG file: aside first, then in place of what was there. Creates its folder.</summary>
    /// <param name="path">The file.</param>
    /// <param name="theme">Light or dark.</param>
    /// <param name="scale">Pixels of the image per pixel of the chart, in [0.1, 10]. Defaults to 2, for dense screens.</param>
    /// <exception cref="ArgumentException">The path is empty, the theme is <see cref="ChartTheme.Automatic"/> or unknown, or the
    /// scale is out of its range.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SavePng(string path, ChartTheme theme = ChartTheme.Light, double scale = 2) =>
        ChartFile.Write(path, () => ToPng(theme, scale));

    /// <summary>Adds the data to an empty canvas.</summary>
    private protected abstract void Draw(ChartCanvas canvas);

    private ChartCanvas Draw(ChartTheme theme, bool dashes)
    {
        var canvas = new ChartCanvas(this, Palette.Of(theme), dashes);
        Draw(canvas);
        return canvas;
    }

    private SvgDrawing Svg(ChartTheme theme)
    {
        if (!Enum.IsDefined(theme))
        {
            throw new ArgumentException($"theme must be a named value, but is {theme}.", nameof(theme));
        }

        using var plot = Draw(theme, dashes: false).Finish();
        return new SvgDrawing(this, plot.GetSvgXml(Width, Height), theme);
    }

    private static int Size(int value, string name) => value is >= LeastSize and <= MostSize
        ? value
        : throw new ArgumentOutOfRangeException(name, $"{name} must lie in [{LeastSize}, {MostSize}], but is {value}.");
}
