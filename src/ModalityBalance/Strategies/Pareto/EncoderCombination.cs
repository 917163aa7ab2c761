using ModalityBalance.Gradients;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// The part that Pareto methods share: fusion and heads learn from the plain sum of all losses; each encoder learns
/// from a combination of the fused loss's gradient and its own unimodal loss's, compared as whole vectors over all its
/// parameters.
/// </summary>
internal static class EncoderCombination
{
    /// <summary>The coefficients of both gradients for each parameter tensor.</summary>
    /// <param name="products">Inner products of the fused loss's gradient (first) and the unimodal loss's (second).
    /// </param>
    /// <param name="modality">Which encoder they are of.</param>
    /// <returns>Double, scalars for all tensors alike, or [tensors].</returns>
    public delegate (Tensor Multimodal, Tensor Unimodal) Rule(int modality, GradientProducts products);

    /// <summary>Leaves the gradients.</summary>
    /// <returns>The sum of all losses, and the fused one among them.</returns>
    public static (Tensor Total, Tensor Joint) Apply(TrainingStep step, Rule rule)
    {
        step.Encode();
        var joint = step.TaskLoss();
        var unimodal = step.UnimodalLossSum();
        var fromJoint = step.BackwardTop(joint).Zip(step.Representations, EncoderForward.OrZeros).ToArray();
        var fromOwn = step.BackwardTop(unimodal).Zip(step.Representations, EncoderForward.OrZeros).ToArray();
        for (int m = 0; m < step.ModalityCount; m++)
        {
            if (step.EncoderGradients(m, [fromJoint[m], fromOwn[m]]) is [{ Count: > 0 } multimodal, var own])
            {
                var (a, b) = rule(m, new GradientProducts(multimodal, own));
                step.SetEncoderGradient(m, Combine(multimodal, a, own, b));
                Free(own);
            }
        }

        return ((joint + unimodal).detach(), joint.detach());
    }

    /// <summary>a g + b h, in the memory of g.</summary>
    private static Tensor[] Combine(IReadOnlyList<Tensor> g, Tensor a, IReadOnlyList<Tensor> h, Tensor b)
    {
        var factor = b.to(g[0].dtype);
        return g.Select((tensor, i) => tensor.mul_(At(a, i)).addcmul_(h[i], At(factor, i), 1)).ToArray();
    }

    /// <summary>Gradients of one encoder are done with before those of the next are made; the step's scope would keep
    /// all of them.</summary>
    private static void Free(IReadOnlyList<Tensor> gradients)
    {
        foreach (var gradient in gradients)
        {
            gradient.Dispose();
        }
    }

    private static Tensor At(Tensor coefficients, int i) =>
        coefficients.dim() == 0 ? coefficients : coefficients.select(0, i);
}
