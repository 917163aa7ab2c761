using System.Runtime.CompilerServices;
using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Tasks;

/// <summary>A learning task: the loss of one sample, the valid targets, and how predictions are
/// scored.</summary>
public abstract class LearningTask
{
    /// <summary>Values per prediction: classes, labels, or 1.</summary>
    public abstract long Outputs { get; }

    /// <summary>The task with its settings, the same text for the same loss. A run is not resumed on another task. Defaults to
    /// the type and the number of outputs.</summary>
    public virtual string Description => $"{GetType().Name} of {Outputs}";

    /// <summary>The loss of every sample.</summary>
    /// <param name="prediction">Raw outputs of a fusion or head, floating point.</param>
    /// <param name="target">The batch's targets.</param>
    /// <returns>[batch], differentiable in <paramref name="prediction"/>; the caller owns it.</returns>
    /// <exception cref="ArgumentException">Another shape or type. Values are not read, so that a step does not wait for
    /// the device; <see cref="CheckTargets"/> reads them.</exception>
    public abstract Tensor LossPerSample(Tensor prediction, Tensor target);

    /// <summary>How sure each sample's prediction is of its target: G2D's teacher confidence (Rakib and Bagavathi, ICCV
    /// 2025, Eq. 5) before the mean.</summary>
    /// <param name="prediction">Raw outputs of a teacher.</param>
    /// <param name="target">The batch's targets.</param>
    /// <returns>[batch], in [0, 1]; the caller owns it.</returns>
    public abstract Tensor ConfidencePerSample(Tensor prediction, Tensor target);

    /// <summary>How far each sample's prediction is from a teacher's: G2D's logit distillation before the mean.</summary>
    /// <param name="prediction">Raw outputs of the student.</param>
    /// <param name="teacher">Raw outputs of the teacher, constants of the same shape.</param>
    /// <param name="temperature">Softens both, greater than 0; the result is scaled by its square.</param>
    /// <returns>[batch], differentiable in <paramref name="prediction"/>; the caller owns it.</returns>
    public abstract Tensor DistancePerSample(Tensor prediction, Tensor teacher, double temperature);

    /// <summary>Turns raw outputs into what they stand for: probabilities of classes or labels, in [0, 1], or values. Returns the
    /// outputs themselves by default.</summary>
    /// <param name="prediction">Raw outputs of a fusion or head, floating point.</param>
    /// <returns>[batch, outputs], or [batch] for values; the caller owns it.</returns>
    public virtual Tensor Interpret(Tensor prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        return prediction.alias();
    }

    /// <summary>Checks targets once, when a data set is made; reads them back to the host.</summary>
    /// <param name="targets">The targets of all samples.</param>
    /// <exception cref="ArgumentException">Another shape or type, or a value out of range.</exception>
    public abstract void CheckTargets(Tensor targets);

    /// <summary>Scores predictions against their targets.</summary>
    /// <param name="predictions">Raw outputs for all samples; there may be none.</param>
    /// <param name="targets">Their targets.</param>
    /// <returns>Plain numbers; NaN for a score that the samples do not define.</returns>
    public abstract TaskScores Score(Tensor predictions, Tensor targets);

    /// <summary>Reads values back to the host, row by row; there may be none.</summary>
    private protected static double[] Doubles(Tensor values) =>
        values.flatten().to(ScalarType.Float64).cpu().data<double>().ToArray();

    /// <summary>Refuses targets of another type or shape, which libtorch might broadcast or convert; reads no value.
    /// </summary>
    /// <param name="fits">Whether type and shape fit.</param>
    /// <param name="target">The targets.</param>
    /// <param name="wanted">What they must be.</param>
    /// <param name="prediction">What they are for; null for nothing yet.</param>
    /// <param name="name">Their parameter.</param>
    /// <exception cref="ArgumentException">They do not fit.</exception>
    private protected static void CheckKind(
        bool fits,
        Tensor target,
        string wanted,
        Tensor? prediction = null,
        [CallerArgumentExpression(nameof(target))] string name = "")
    {
        if (!fits)
        {
            string purpose = prediction is null ? "" : $" for a prediction of shape {prediction.Describe()}";
            throw new ArgumentException(
                $"{name} must be {wanted}{purpose}, but {(prediction is null ? "are" : "is")} {target.dtype} of shape "
                + $"{target.Describe()}.", name);
        }
    }

    /// <summary>Refuses a prediction whose shape does not fit.</summary>
    /// <param name="prediction">Raw outputs.</param>
    /// <param name="shape">The shape that they must have.</param>
    /// <exception cref="ArgumentException">Another shape.</exception>
    private protected static void CheckShape(Tensor prediction, params long[] shape)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        if (!prediction.shape.SequenceEqual(shape))
        {
            throw new ArgumentException(
                $"prediction must have shape {shape.Describe()}, but has {prediction.Describe()}.",
                nameof(prediction));
        }
    }
}
