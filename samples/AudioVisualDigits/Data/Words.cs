namespace AudioVisualDigits.Data;

/// <summary>A spoken digit as formants that glide through three targets, between two fricatives.</summary>
/// <param name="Formants">Three formants in Hz at each of three targets, target by target.</param>
/// <param name="Onset">Amplitude of the fricative at the start, 0 for none.</param>
/// <param name="Offset">Amplitude of the fricative at the end, 0 for none.</param>
/// <param name="NoiseCenter">Center of the fricatives, in Hz.</param>
internal sealed record Word(IReadOnlyList<double> Formants, double Onset, double Offset, double NoiseCenter);

/// <summary>The ten words.</summary>
internal static class Words
{
    /// <summary>Gets the word of each digit.</summary>
    public static IReadOnlyList<Word> Digits { get; } =
    [
        new([300, 1900, 2500, 400, 1300, 2400, 450, 900, 2400], .5, 0, 3200),
        new([300, 700, 2300, 650, 1100, 2500, 300, 1500, 2500], 0, 0, 2000),
        new([320, 1800, 2500, 320, 1400, 2400, 320, 900, 2300], .5, 0, 2600),
        new([320, 1400, 1800, 300, 1900, 2500, 290, 2200, 2900], .3, 0, 1600),
        new([480, 850, 2400, 480, 950, 2100, 450, 1200, 1600], .3, 0, 1600),
        new([700, 1150, 2500, 600, 1500, 2500, 350, 2000, 2600], .3, .2, 1600),
        new([400, 1900, 2550, 400, 1950, 2600, 400, 1900, 2550], .6, .6, 3200),
        new([550, 1750, 2500, 500, 1300, 2300, 400, 1400, 2500], .6, 0, 3200),
        new([500, 1800, 2550, 400, 2000, 2650, 320, 2150, 2800], 0, .5, 2600),
        new([300, 1400, 2500, 700, 1200, 2500, 330, 1900, 2600], 0, 0, 2000),
    ];
}
