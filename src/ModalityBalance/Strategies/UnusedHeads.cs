using ModalityBalance.Gradients;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>Parameters outside the encoders that no loss of a step has reached, such as unimodal heads that the fused prediction
/// does not use.</summary>
internal static class UnusedHeads
{
    /// <summary>Lets them learn from a loss, which reaches nothing else.</summary>
    /// <param name="step">The step, after the gradients of everything else.</param>
    /// <param name="loss">Computes the loss; not invoked if there are no such parameters.</param>
    public static void Learn(TrainingStep step, Func<Tensor> loss)
    {
        var unused = step.Model.SharedParameters()
            .Where(parameter => parameter.requires_grad && parameter.grad is null).ToArray();
        if (unused.Length > 0)
        {
            loss().backward(inputs: unused);
        }
    }
}
