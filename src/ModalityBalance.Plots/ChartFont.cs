using System.Text;
using SkiaSharp;

namespace ModalityBalance.Plots;

/// <summary>The font of all charts. It comes with the package, so that charts are the same on every system, also on one without
/// fonts. Arial and Helvetica have the same widths, so that labels fit where an SVG is shown without it.</summary>
internal static class ChartFont
{
    /// <summary>The families that an SVG asks for.</summary>
    public const string Families = "Liberation Sans, Arial, Helvetica, sans-serif";

    private const string Resource = "LiberationSans-Regular.ttf";
    private const char Unknown = '?';

    private static readonly Lazy<SKTypeface> Loaded = new(Load);

    /// <summary>The font. It lives as long as the process; do not dispose it.</summary>
    public static SKTypeface Typeface => Loaded.Value;

    /// <summary>Gets a text on one line with a question mark for every character that the font lacks.</summary>
    public static string Drawable(string text) => string.Concat(text.EnumerateRunes().Select(rune =>
        Rune.IsWhiteSpace(rune) ? " " : Typeface.ContainsGlyph(rune.Value) ? rune.ToString() : $"{Unknown}"));

    private static SKTypeface Load()
    {
        using var stream = typeof(ChartFont).Assembly.GetManifestResourceStream(Resource)!;
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data)
            ?? throw new InvalidOperationException($"The font {Resource} of this package must be readable, but is not.");
    }
}
