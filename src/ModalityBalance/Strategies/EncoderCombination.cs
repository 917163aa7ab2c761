using ModalityBalance.Gradients;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// The part that methods for several losses share: fusion and heads learn from the plain sum of all losses; each encoder learns
/// from a combination of the fused loss's gradient and its own unimodal loss's.
/// </summary>
internal static class EncoderCombination
{
    /// <summary>The coefficients of both gradients for each parameter tensor.</summary>
    /// <param name="objectives">What the encoder's two losses are and how their gradients relate.</param>
    /// <returns>Double, scalars for all tensors alike, or [tensors].</returns>
    public delegate (Tensor Multimodal, Tensor Unimodal) Rule(EncoderObjectives objectives);

    /// <summary>Leaves the gradients.</summary>
    /// <returns>The sum of all losses, and the fused one among them.</returns>
    public static (Tensor Total, Tensor Joint) Apply(TrainingStep step, Rule rule)
    {
        step.Encode();
        var joint = step.TaskLoss();
        var own = Enumerable.Range(0, step.ModalityCount).Select(step.UnimodalLoss).ToArray();
        var unimodal = own.Aggregate((sum, loss) => sum + loss);
        var fromJoint = step.BackwardTop(joint).Zip(step.Representations, EncoderForward.OrZeros).ToArray();
        var fromOwn = step.BackwardTop(unimodal).Zip(step.Representations, EncoderForward.OrZeros).ToArray();
        for (int m = 0; m < step.ModalityCount; m++)
        {
            if (step.PairOfEncoderGradients(m, fromJoint[m], fromOwn[m]) is { } gradients)
            {
                var (a, b) = rule(new EncoderObjectives(m, gradients.Products, joint.detach(), own[m].detach()));
                gradients.LeaveCombination(a, b);
            }
        }

        return ((joint + unimodal).detach(), joint.detach());
    }
}

/// <summary>The two losses of an encoder in one step.</summary>
/// <param name="Modality">The encoder's index.</param>
/// <param name="Products">The inner products of the fused loss's gradient (first) and the unimodal loss's (second).</param>
/// <param name="FusedLoss">A scalar without a graph.</param>
/// <param name="UnimodalLoss">A scalar without a graph.</param>
internal sealed record EncoderObjectives(int Modality, GradientProducts Products, Tensor FusedLoss, Tensor UnimodalLoss);
