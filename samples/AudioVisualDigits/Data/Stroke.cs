namespace AudioVisualDigits.Data;

/// <summary>A straight stroke of a pen with a round tip, in pixels.</summary>
internal sealed class Stroke(Point start, Point end, double halfWidth, double intensity)
{
    private readonly Point _direction = end - start;
    private readonly double _squaredLength = (end - start).Dot(end - start);

    /// <summary>Gets the ink at a point: the full intensity inside, falling to 0 within a pixel at the edge.</summary>
    public double InkAt(Point point)
    {
        var fromStart = point - start;
        var along = Math.Clamp(fromStart.Dot(_direction) / _squaredLength, 0, 1);
        var offset = fromStart - along * _direction;
        var distance = Math.Sqrt(offset.Dot(offset));
        return intensity * Math.Clamp(halfWidth + 0.5 - distance, 0, 1);
    }
}
