namespace AudioVisualDigits.Data;

/// <summary>What the embedded task draws, each from a stream of its own.</summary>
internal enum EmbeddedDraw
{
    Label = 0,
    Transform = 1,
    VertexJitter = 2,
    Clutter = 3,
    PixelNoise = 4,
    Clip = 5,
    FormantJitter = 6,
    Fricative = 7,
    Voice = 8,
    Accent = 9,
    SoundNoise = 10,
}

/// <summary>The random numbers of one embedded data set.</summary>
/// <param name="dataSeed">Tells data sets apart, 0 to <see cref="MaxSeed"/>.</param>
internal sealed class EmbeddedRandom(int dataSeed)
{
    /// <summary>The largest seed whose streams fit the generator.</summary>
    public const int MaxSeed = (1 << 26) - 1;

    private const long StreamsPerSeed = 64;

    /// <summary>Gets the random numbers of one kind.</summary>
    /// <param name="draw">The kind.</param>
    /// <param name="index">A sample, or a speaker for <see cref="EmbeddedDraw.Voice"/> and the accent.</param>
    public CounterRandom Of(EmbeddedDraw draw, int index) => new(StreamsPerSeed * dataSeed + (int)draw, index);
}
