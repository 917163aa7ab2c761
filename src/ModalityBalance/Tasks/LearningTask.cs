using static TorchSharp.torch;

namespace ModalityBalance.Tasks;

/// <summary>What a network is to learn: the loss of one sample, which targets are valid, and how predictions are
/// scored.</summary>
public abstract class LearningTask
{
    /// <summary>Values per prediction: classes, labels, or 1.</summary>
    public abstract long Outputs { get; }

    /// <summary>The loss of every sample.</summary>
    /// <param name="prediction">Raw outputs of a fusion or head, floating point.</param>
    /// <param name="target">The batch's targets.</param>
    /// <returns>[batch], differentiable in <paramref name="prediction"/>; the caller owns it.</returns>
    public abstract Tensor LossPerSample(Tensor prediction, Tensor target);

    /// <summary>Checks targets once, when a data set is made; reads them back to the host.</summary>
    /// <param name="targets">The targets of all samples.</param>
    /// <exception cref="ArgumentException">Another shape or type, or a value out of range.</exception>
    public abstract void CheckTargets(Tensor targets);

    /// <summary>Scores predictions against their targets.</summary>
    /// <param name="predictions">Raw outputs for all samples.</param>
    /// <param name="targets">Their targets.</param>
    /// <returns>Plain numbers.</returns>
    public abstract TaskScores Score(Tensor predictions, Tensor targets);
}
