using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// The update <c>Multimodal g_m + Unimodal g_u</c> of one encoder under MMPareto, and what it was made of.
/// </summary>
/// <param name="Multimodal">The coefficient of the multimodal loss's gradient, gamma included.</param>
/// <param name="Unimodal">The coefficient of the unimodal loss's gradient, gamma included.</param>
/// <param name="Cosine">The cosine between the gradients, in [-1, 1]; 0 if one of them is zero.</param>
/// <param name="WeightMultimodal">The weight alpha_m, in [0, 1]: the least-norm one in conflict, else 1/2.</param>
/// <param name="WeightUnimodal">The weight alpha_u = 1 - alpha_m.</param>
/// <param name="Rescale">
/// The factor that brings 2 alpha_m g_m + 2 alpha_u g_u to the length of g_m + g_u: 1 without conflict, 0 if
/// stationary.
/// </param>
/// <param name="IsStationary">
/// Whether the gradients are opposite to working precision (cosine at most -1 + 2e-14): both coefficients are 0.
/// </param>
public readonly record struct MMParetoCoefficients(
    double Multimodal,
    double Unimodal,
    double Cosine,
    double WeightMultimodal,
    double WeightUnimodal,
    double Rescale,
    bool IsStationary);

/// <summary>
/// As <see cref="MMParetoCoefficients"/>, but tensors of one shape: an element per encoder, on the device.
/// </summary>
/// <param name="Multimodal">Coefficients of the multimodal loss's gradients, gamma included; float64.</param>
/// <param name="Unimodal">Coefficients of the unimodal losses' gradients, gamma included; float64.</param>
/// <param name="Cosine">Cosines between the gradients; float64.</param>
/// <param name="WeightMultimodal">Weights alpha_m; float64.</param>
/// <param name="WeightUnimodal">Weights alpha_u; float64.</param>
/// <param name="Rescale">Factors on the length; float64.</param>
/// <param name="IsStationary">Which encoders' gradients are opposite to working precision; bool.</param>
/// <remarks>All tensors belong to the dispose scope of the caller.</remarks>
public sealed record MMParetoCoefficientTensors(
    Tensor Multimodal,
    Tensor Unimodal,
    Tensor Cosine,
    Tensor WeightMultimodal,
    Tensor WeightUnimodal,
    Tensor Rescale,
    Tensor IsStationary);
