using System.Globalization;
using System.Runtime.InteropServices;
using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Tasks;

/// <summary>One class of several: the cross entropy of logits [batch, classes] against int64 labels [batch].</summary>
public sealed class ClassificationTask : LearningTask
{
    // libtorch leaves out samples with a label of its ignore_index, -100 by default: this one stands for no label.
    private const long Ignored = int.MinValue;

    private readonly double[]? _classWeights;
    private readonly double _labelSmoothing;

    /// <summary>Creates a task.</summary>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <param name="classWeights">A factor on the loss of each class's samples, finite and at least 0; <see langword="null"/>,
    /// the default, for ones. Losses are averaged over samples, not over weights: weights with a mean of 1 over the training
    /// samples keep the scale of the loss.</param>
    /// <param name="labelSmoothing">The share of the target probability that is spread over all classes, in [0, 1). Defaults
    /// to 0. As in PyTorch's <c>cross_entropy</c>.</param>
    /// <exception cref="ArgumentException">Fewer than two classes, another number of weights, or a number out of its range.
    /// </exception>
    public ClassificationTask(long classes, IReadOnlyList<double>? classWeights = null, double labelSmoothing = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        if (classWeights is not null && classWeights.Count != classes)
        {
            throw new ArgumentException(
                $"classWeights must hold one weight per class, {classes}, but holds {classWeights.Count}.", nameof(classWeights));
        }

        foreach (var (i, weight) in (classWeights ?? []).Index())
        {
            Require.NonNegative(weight, $"classWeights[{i}]");
        }

        if (!(labelSmoothing >= 0 && labelSmoothing < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(labelSmoothing), $"labelSmoothing must lie in [0, 1), but is {labelSmoothing}.");
        }

        (Outputs, _classWeights, _labelSmoothing) = (classes, classWeights?.ToArray(), labelSmoothing);
    }

    /// <summary>The number of classes.</summary>
    public override long Outputs { get; }

    /// <inheritdoc/>
    public override string Description => _classWeights is null && _labelSmoothing == 0
        ? base.Description
        : string.Create(CultureInfo.InvariantCulture, $"{base.Description}, class weights "
            + $"{(_classWeights is null ? "1" : string.Join(" ", _classWeights))}, label smoothing {_labelSmoothing}");

    /// <inheritdoc/>
    public override Tensor LossPerSample(Tensor prediction, Tensor target)
    {
        Check(prediction, target);
        using var weights = _classWeights is null ? null : tensor(_classWeights, prediction.dtype, prediction.device);
        try
        {
            return nn.functional.cross_entropy(
                prediction, target, weights, Ignored, nn.Reduction.None, _labelSmoothing);
        }
        catch (ExternalException)
        {
            // Read only now: a step does not wait for the device.
            CheckRange(target);
            throw;
        }
    }

    /// <inheritdoc/>
    /// <returns>The probability of every class, [batch, classes]; a sample's add up to 1.</returns>
    public override Tensor Interpret(Tensor prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        return prediction.softmax(1);
    }

    /// <inheritdoc/>
    /// <returns>The probability of the true class.</returns>
    public override Tensor ConfidencePerSample(Tensor prediction, Tensor target)
    {
        Check(prediction, target);
        return prediction.softmax(1).gather(1, target.unsqueeze(1)).squeeze(1);
    }

    /// <inheritdoc/>
    /// <returns>T^2 KL(softmax(teacher / T) || softmax(prediction / T)).</returns>
    public override Tensor DistancePerSample(Tensor prediction, Tensor teacher, double temperature)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        CheckShape(prediction, teacher.shape[0], Outputs);
        var student = (prediction / temperature).log_softmax(1);
        var taught = (teacher / temperature).log_softmax(1);
        return temperature * temperature * (taught.exp() * (taught - student)).sum(1);
    }

    /// <inheritdoc/>
    public override void CheckTargets(Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        CheckKind(AreLabels(targets), targets, "int64 labels of shape [samples]");
        CheckRange(targets);
    }

    private void CheckRange(Tensor targets)
    {
        foreach (var (i, label) in targets.cpu().data<long>().ToArray().Index())
        {
            if (label < 0 || label >= Outputs)
            {
                throw new ArgumentException(
                    $"targets must lie in [0, {Outputs - 1}] for {Outputs} classes, but targets[{i}] is {label}.",
                    nameof(targets));
            }
        }
    }

    /// <inheritdoc/>
    /// <returns>A <see cref="ClassificationScores"/>; a sample with a logit that is not a number is wrong.</returns>
    public override TaskScores Score(Tensor predictions, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        using var scope = NewDisposeScope();
        var largest = predictions.argmax(1);
        var predicted = where(predictions.sum([1L]).isnan(), full_like(largest, -1), largest);
        return ClassificationScores.Of(
            predicted.cpu().data<long>().ToArray(), targets.cpu().data<long>().ToArray(), Outputs);
    }

    private void Check(Tensor prediction, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(target);
        CheckKind(AreLabels(target), target, "int64 labels of shape [batch]", prediction);
        CheckShape(prediction, target.shape[0], Outputs);
    }

    private static bool AreLabels(Tensor target) => target.dtype == ScalarType.Int64 && target.dim() == 1;
}
