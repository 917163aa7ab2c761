namespace ModalityBalance.Plots;

/// <summary>The colors of a chart.</summary>
public enum ChartTheme
{
    /// <summary>Dark on white.</summary>
    Light,

    /// <summary>Light on near-black.</summary>
    Dark,

    /// <summary>Light or dark, as the reader's browser or system prefers. Only for SVG: viewers that know no preference show the
    /// light colors.</summary>
    Automatic,
}
