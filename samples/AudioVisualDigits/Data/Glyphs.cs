namespace AudioVisualDigits.Data;

/// <summary>The digits as lines through a few points in the unit square.</summary>
internal static class Glyphs
{
    /// <summary>Gets the points of each digit, in the order of drawing.</summary>
    public static IReadOnlyList<IReadOnlyList<Point>> Lines { get; } =
    [
        Line(.5, .05, .8, .2, .85, .5, .8, .8, .5, .95, .2, .8, .15, .5, .2, .2, .5, .05),
        Line(.3, .25, .55, .05, .55, .95),
        Line(.2, .25, .35, .08, .65, .08, .8, .28, .7, .5, .2, .95, .82, .95),
        Line(.2, .1, .75, .1, .45, .42, .75, .55, .8, .78, .55, .95, .2, .85),
        Line(.65, .95, .65, .05, .15, .65, .85, .65),
        Line(.78, .06, .28, .06, .24, .45, .6, .4, .82, .62, .7, .88, .45, .95, .18, .85),
        Line(.7, .06, .35, .3, .2, .65, .35, .92, .65, .92, .8, .7, .65, .5, .35, .52, .22, .68),
        Line(.15, .08, .82, .08, .4, .95),
        Line(.5, .48, .25, .3, .35, .08, .65, .08, .75, .3, .5, .48, .22, .72, .35, .94, .65, .94, .78, .72, .5, .48),
        Line(.78, .32, .65, .5, .35, .48, .2, .3, .35, .08, .65, .08, .78, .32, .72, .65, .55, .95),
    ];

    private static Point[] Line(params double[] coordinates) =>
        [.. coordinates.Chunk(2).Select(pair => new Point(pair[0], pair[1]))];
}
