using static TorchSharp.torch;

namespace ModalityBalance.Tasks;

/// <summary>One class of several: cross entropy of logits [batch, classes] against int64 labels [batch].</summary>
public sealed class ClassificationTask : LearningTask
{
    // libtorch leaves out samples with a label of its ignore_index, -100 unless told: this one stands for no label.
    private const long Ignored = int.MinValue;

    /// <summary>A task of <paramref name="classes"/> classes.</summary>
    /// <param name="classes">At least 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than two classes.</exception>
    public ClassificationTask(long classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        Outputs = classes;
    }

    /// <summary>The number of classes.</summary>
    public override long Outputs { get; }

    /// <inheritdoc/>
    public override Tensor LossPerSample(Tensor prediction, Tensor target)
    {
        Check(prediction, target);
        return nn.functional.cross_entropy(
            prediction, target, ignore_index: Ignored, reduction: nn.Reduction.None);
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
        foreach (var (i, label) in targets.cpu().data<long>().ToArray().Index())
        {
            if (label < 0 || label >= Outputs)
            {
                throw new ArgumentException(
                    $"targets must lie in [0, {Outputs - 1}], but targets[{i}] is {label}.", nameof(targets));
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
