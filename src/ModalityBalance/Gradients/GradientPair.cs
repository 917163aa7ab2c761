namespace ModalityBalance.Gradients;

/// <summary>Two gradients of the same quantities, by their inner products.</summary>
/// <param name="FirstSquared">|first|^2.</param>
/// <param name="Dot">first . second.</param>
/// <param name="SecondSquared">|second|^2.</param>
internal readonly record struct GradientPair(double FirstSquared, double Dot, double SecondSquared)
{
    /// <summary>Length of the first.</summary>
    public double FirstNorm => Math.Sqrt(FirstSquared);

    /// <summary>Length of the second.</summary>
    public double SecondNorm => Math.Sqrt(SecondSquared);

    /// <summary>Cosine of the angle between them, in [-1, 1]; 0 when one of them is zero.</summary>
    public double Cosine =>
        FirstSquared > 0 && SecondSquared > 0 ? Math.Clamp(Dot / FirstNorm / SecondNorm, -1, 1) : 0;
}
