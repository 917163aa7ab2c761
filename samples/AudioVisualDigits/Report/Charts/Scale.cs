namespace AudioVisualDigits.Report.Charts;

/// <summary>Places an axis in a drawing.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="From">Where its smallest value is.</param>
/// <param name="To">Where its largest value is.</param>
internal readonly record struct Scale(Axis Axis, double From, double To)
{
    /// <summary>Gets where a value is.</summary>
    public double At(double value) => From + ((To - From) * (value - Axis.Low) / (Axis.High - Axis.Low));
}
