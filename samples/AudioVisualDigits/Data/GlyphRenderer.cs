namespace AudioVisualDigits.Data;

/// <summary>Draws written digits: a distorted glyph among three stray strokes, in pixel noise.</summary>
/// <param name="random">The random numbers of the data set.</param>
internal sealed class GlyphRenderer(EmbeddedRandom random)
{
    private const int Side = AudioVisualDigitSet.ImageSide;
    private const int StrayStrokes = 3;
    private const double VertexJitter = 0.04;
    private const double NoiseDeviation = 0.15;

    /// <summary>Draws a sample, row by row, about 0 for paper and up to 1 for ink.</summary>
    public void Render(int index, int digit, Span<double> image)
    {
        Stroke[] strokes = [.. GlyphStrokes(index, digit), .. Clutter(index)];
        var noise = random.Of(EmbeddedDraw.PixelNoise, index).Gaussians(Side * Side);
        for (var pixel = 0; pixel < image.Length; pixel++)
        {
            var center = new Point(pixel % Side + 0.5, pixel / Side + 0.5);
            var ink = 0.0;
            foreach (var stroke in strokes)
                ink = Math.Max(ink, stroke.InkAt(center));
            image[pixel] = ink + NoiseDeviation * noise[pixel];
        }
    }

    private IEnumerable<Stroke> GlyphStrokes(int index, int digit)
    {
        var u = random.Of(EmbeddedDraw.Transform, index);
        var jitter = random.Of(EmbeddedDraw.VertexJitter, index);
        var transform = new GlyphTransform(u);
        var halfWidth = 0.7 + 0.7 * u.Uniform(6);
        var intensity = 0.5 + 0.5 * u.Uniform(7);
        Point[] line = [.. Glyphs.Lines[digit].Select((vertex, k) => transform.ToPixels(
            vertex + VertexJitter * new Point(jitter.Symmetric(2 * k), jitter.Symmetric(2 * k + 1))))];
        return line.Zip(line.Skip(1), (start, end) => new Stroke(start, end, halfWidth, intensity));
    }

    private IEnumerable<Stroke> Clutter(int index)
    {
        var u = random.Of(EmbeddedDraw.Clutter, index);
        for (var first = 0; first < 6 * StrayStrokes; first += 6)
        {
            var center = Side * new Point(u.Uniform(first), u.Uniform(first + 1));
            var length = 5 + 7 * u.Uniform(first + 2);
            var (sin, cos) = Math.SinCos(2 * Math.PI * u.Uniform(first + 3));
            var half = length / 2 * new Point(cos, sin);
            yield return new Stroke(
                center - half, center + half, 0.7 + 0.7 * u.Uniform(first + 4), 0.4 + 0.6 * u.Uniform(first + 5));
        }
    }
}
