using ModalityBalance.Gradients;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary> Gradient surgery (PCGrad; Yu et al., NeurIPS 2020, arXiv 2001.06782): where the gradients of the fused loss and of
/// an encoder's own unimodal loss conflict, each is projected onto the normal plane of the other before they are added. Fusion
/// and heads learn from the plain sum of all losses.
/// </summary>
/// <remarks>The report holds, per modality, <c>cosine</c> between the two gradients and <c>projected</c>, 1 if they conflicted;
/// both are NaN for an encoder that had nothing to learn from the batch.</remarks>
public sealed class PCGrad : GradientStrategy
{
    /// <inheritdoc/>
    public override StrategyRequirements Requirements => StrategyRequirements.UnimodalHeads;

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var figures = new EncoderFigures(
            step.ModalityCount, step.Batch.Targets.device, "cosine", "projected");
        var (loss, joint) = EncoderCombination.Apply(step, encoder =>
        {
            var whole = encoder.Products.Whole();
            var (aa, ab, bb) = (whole.FirstFirst, whole.FirstSecond, whole.SecondSecond);
            figures.Set(encoder.Modality, ab / (aa * bb).sqrt(), ab.lt(0));
            return Coefficients(aa, ab, bb);
        });
        return figures.AddTo(new StepReport(loss, joint));
    }

    /// <summary>(1 - ab/aa, 1 - ab/bb) where ab is below 0, else (1, 1): the factors on both gradients in the sum of their
    /// projections (Algorithm 1 for two objectives).</summary>
    /// <param name="aa">Squared length of the first gradient.</param>
    /// <param name="ab">Inner product.</param>
    /// <param name="bb">Squared length of the second gradient.</param>
    internal static (Tensor First, Tensor Second) Coefficients(Tensor aa, Tensor ab, Tensor bb)
    {
        var (one, conflicts) = (ones_like(ab), ab.lt(0));
        return (where(conflicts, 1 - (ab / aa), one), where(conflicts, 1 - (ab / bb), one));
    }

    /// <summary>The factors on any number of gradients in the sum of their projections (Algorithm 1).</summary>
    /// <param name="gram">The inner products of the gradients, [K, K].</param>
    /// <param name="order">For each gradient, the others in the order in which it is projected off them.</param>
    /// <returns>K numbers.</returns>
    internal static double[] Coefficients(double[,] gram, Func<int, IEnumerable<int>> order)
    {
        int count = gram.GetLength(0);
        double[] sum = new double[count];
        for (int i = 0; i < count; i++)
        {
            double[] projected = new double[count];
            projected[i] = 1;
            foreach (int j in order(i))
            {
                double product = Enumerable.Range(0, count).Sum(k => projected[k] * gram[k, j]);
                if (product < 0)
                {
                    projected[j] -= product / gram[j, j];
                }
            }

            sum = [.. sum.Zip(projected, (total, term) => total + term)];
        }

        return sum;
    }
}
