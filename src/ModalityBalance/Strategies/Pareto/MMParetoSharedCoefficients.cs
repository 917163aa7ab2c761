namespace ModalityBalance.Strategies;

/// <summary>
/// The update <c>sum of Coefficients[k] g_k</c> of an encoder that K losses share, and what it was made of.
/// </summary>
/// <param name="Coefficients">One per gradient, gamma included; all exactly 0 if stationary.</param>
/// <param name="Weights">
/// Weights of sum 1: those of the least-norm point in conflict (0 on a zero gradient), else all 1/K.
/// </param>
/// <param name="LowestCosine">The lowest cosine of a pair; a zero gradient counts as 0.</param>
/// <param name="Rescale">
/// The factor that brings K times the weighted sum to the length of the plain sum: 1 without conflict, 0 if
/// stationary.
/// </param>
/// <param name="IsStationary">
/// Whether the hull of the gradients holds zero to working precision: all coefficients are 0.
/// </param>
public sealed record MMParetoSharedCoefficients(
    IReadOnlyList<double> Coefficients,
    IReadOnlyList<double> Weights,
    double LowestCosine,
    double Rescale,
    bool IsStationary);
