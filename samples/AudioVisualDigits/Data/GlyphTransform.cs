namespace AudioVisualDigits.Data;

/// <summary>How one sample distorts its glyph: size, aspect, shear, rotation and shift.</summary>
internal sealed class GlyphTransform
{
    private const double Middle = AudioVisualDigitSet.ImageSide / 2.0;
    private const double Narrowness = 0.8;
    private const double MaxShift = 3; // Pixels.

    private readonly double _sin;
    private readonly double _cos;
    private readonly double _shear;
    private readonly double _width;
    private readonly double _height;
    private readonly Point _center;

    /// <summary>Draws a distortion.</summary>
    public GlyphTransform(CounterRandom u)
    {
        (_sin, _cos) = Math.SinCos(0.3 * u.Symmetric(0));
        _shear = 0.3 * u.Symmetric(1);
        var size = 14 + 6 * u.Uniform(2);
        var aspect = Math.Exp(0.15 * u.Symmetric(3));
        _width = Narrowness * size * aspect;
        _height = size / aspect;
        _center = new Point(Middle + MaxShift * u.Symmetric(4), Middle + MaxShift * u.Symmetric(5));
    }

    /// <summary>Takes a point of the unit square to the image.</summary>
    public Point ToPixels(Point point)
    {
        var y = _height * (point.Y - 0.5);
        var x = _width * (point.X - 0.5) + _shear * y;
        return _center + new Point(_cos * x - _sin * y, _sin * x + _cos * y);
    }
}
