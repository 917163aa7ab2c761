using ModalityBalance.Gradients;
using ModalityBalance.Solvers;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>The weight of each modality's distillation gradient in the min-norm combination with its task gradient,
/// both of the unweighted mean losses.</summary>
internal static class Alphas
{
    // Below every weight: a modality that no sample has is never selected.
    private const double Absent = -1;

    /// <param name="step">The step.</param>
    /// <param name="fromTask">The task loss's gradient at each representation.</param>
    /// <param name="lessons">Each modality's distillation.</param>
    /// <param name="place">Where to compare the gradients.</param>
    /// <returns>In [0, 1], -1 for a modality that no sample has; double, [M].</returns>
    public static Tensor Solve(
        TrainingStep step, IReadOnlyList<Tensor> fromTask, IReadOnlyList<Distillation> lessons, I2MCLAlpha place)
    {
        var products = place == I2MCLAlpha.AtRepresentations
            ? new GradientProducts(lessons.Select(lesson => lesson.Gradient()).ToArray(), fromTask)
            : GradientProducts.Wholes(lessons.Select((lesson, m) => AtParameters(step, m, fromTask[m], lesson)));
        var alpha = MinNorm.WeightOnFirst(products.FirstFirst, products.FirstSecond, products.SecondSecond);
        foreach (var (m, lesson) in lessons.Index())
        {
            if (lesson.Samples == 0)
            {
                alpha[m] = Absent;
            }
        }

        return alpha;
    }

    /// <summary>An encoder without anything to learn is compared at its representation.</summary>
    private static GradientProducts AtParameters(
        TrainingStep step, int modality, Tensor fromTask, Distillation lesson)
    {
        var gradients = step.EncoderGradients(modality, [lesson.Gradient(), fromTask], keepGraph: true);
        return gradients[0].Count == 0
            ? new GradientProducts([lesson.Gradient()], [fromTask])
            : new GradientProducts(gradients[0], gradients[1]);
    }
}
