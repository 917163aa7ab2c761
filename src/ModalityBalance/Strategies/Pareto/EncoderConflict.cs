using ModalityBalance.Gradients;
using ModalityBalance.Internal;

namespace ModalityBalance.Strategies;

/// <summary>How the fused and the unimodal loss pulled at one encoder. Read within the step's dispose scope.</summary>
public sealed class EncoderConflict
{
    private readonly DeviceNumbers _numbers;

    internal EncoderConflict(GradientProducts whole, MMParetoCoefficientTensors integration)
    {
        _numbers = new DeviceNumbers(
            "An encoder's conflict",
            integration.Cosine,
            whole.FirstFirst,
            whole.SecondSecond,
            integration.WeightMultimodal,
            integration.Rescale,
            integration.IsStationary);
    }

    /// <summary>Cosine between the two gradients, in [-1, 1]; negative means conflict.</summary>
    public double Cosine => _numbers.Read()[0];

    /// <summary>Length of the fused loss's gradient.</summary>
    public double MultimodalNorm => Math.Sqrt(_numbers.Read()[1]);

    /// <summary>Length of the unimodal loss's gradient.</summary>
    public double UnimodalNorm => Math.Sqrt(_numbers.Read()[2]);

    /// <summary>Weight alpha_m on the fused loss's gradient, in [0, 1]; a half without conflict.</summary>
    public double WeightMultimodal => _numbers.Read()[3];

    /// <summary>Factor that gave the update the length of the plain sum; 1 without conflict.</summary>
    public double Rescale => _numbers.Read()[4];

    /// <summary>Whether the gradients were opposite to working precision, and the gradient left zero.</summary>
    public bool IsStationary => _numbers.Read()[5] > 0;
}
