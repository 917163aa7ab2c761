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
            if (step.EncoderGradients(m, [fromJoint[m], fromOwn[m]]) is [{ Count: > 0 } g, var h])
            {
                var (a, b) = rule(new EncoderObjectives(m, new GradientProducts(g, h), joint.detach(), own[m].detach()));
                step.SetEncoderGradient(m, Combine(g, a, h, b));
                Free(h);
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

    /// <summary>The coefficient of one parameter tensor, of coefficients for all alike or one each.</summary>
    internal static Tensor At(Tensor coefficients, int i) =>
        coefficients.dim() == 0 ? coefficients : coefficients.select(0, i);
}

/// <summary>The two losses of an encoder in one step.</summary>
/// <param name="Modality">The encoder's index.</param>
/// <param name="Products">The inner products of the fused loss's gradient (first) and the unimodal loss's (second).</param>
/// <param name="FusedLoss">A scalar without a graph.</param>
/// <param name="UnimodalLoss">A scalar without a graph.</param>
internal sealed record EncoderObjectives(int Modality, GradientProducts Products, Tensor FusedLoss, Tensor UnimodalLoss);
