using static TorchSharp.torch;

namespace ModalityBalance.Tasks;

/// <summary>Any number of labels per sample: binary cross entropy of logits [batch, labels], mean over the labels,
/// against floating-point targets of the same shape, each 0 or 1.</summary>
public sealed class MultiLabelTask : LearningTask
{
    /// <summary>A task of <paramref name="labels"/> labels.</summary>
    /// <param name="labels">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No label.</exception>
    public MultiLabelTask(long labels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(labels, 1);
        Outputs = labels;
    }

    /// <summary>The number of labels.</summary>
    public override long Outputs { get; }

    /// <inheritdoc/>
    public override Tensor LossPerSample(Tensor prediction, Tensor target)
    {
        Check(prediction, target);
        return nn.functional.binary_cross_entropy_with_logits(
            prediction, target, reduction: nn.Reduction.None).mean([1L]);
    }

    /// <inheritdoc/>
    /// <returns>The probability of each label's true value, mean over the labels.</returns>
    public override Tensor ConfidencePerSample(Tensor prediction, Tensor target)
    {
        Check(prediction, target);
        return (prediction * ((2 * target) - 1)).sigmoid().mean([1L]);
    }

    /// <inheritdoc/>
    /// <returns>T^2 KL(teacher || student) of the label's two outcomes, mean over the labels.</returns>
    public override Tensor DistancePerSample(Tensor prediction, Tensor teacher, double temperature)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        CheckShape(prediction, teacher.shape);
        var student = prediction / temperature;
        var taught = teacher / temperature;
        var yes = taught.sigmoid() * (LogSigmoid(taught) - LogSigmoid(student));
        var no = (-taught).sigmoid() * (LogSigmoid(-taught) - LogSigmoid(-student));
        return temperature * temperature * (yes + no).mean([1L]);
    }

    /// <inheritdoc/>
    public override void CheckTargets(Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        CheckKind(AreLabels(targets), targets, $"floating-point values of shape [samples, {Outputs}]");
        foreach (var (i, value) in Doubles(targets).Index())
        {
            if (value is not (0 or 1))
            {
                throw new ArgumentException(
                    $"targets must be 0 or 1, but targets[{i / Outputs}, {i % Outputs}] is {value}.", nameof(targets));
            }
        }
    }

    /// <inheritdoc/>
    /// <returns>A <see cref="MultiLabelScores"/>.</returns>
    public override TaskScores Score(Tensor predictions, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        CheckShape(predictions, targets.shape);
        using var scope = NewDisposeScope();
        var logits = new double[predictions.shape[0], Outputs];
        var actual = new bool[predictions.shape[0], Outputs];
        foreach (var (i, (logit, label)) in Doubles(predictions).Zip(Doubles(targets)).Index())
        {
            (logits[i / Outputs, i % Outputs], actual[i / Outputs, i % Outputs]) = (logit, label > 0);
        }

        return MultiLabelScores.Of(logits, actual);
    }

    private void Check(Tensor prediction, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(target);
        CheckKind(AreLabels(target), target, "floating-point values of shape [batch, labels]", prediction);
        CheckShape(prediction, target.shape);
    }

    private bool AreLabels(Tensor target) =>
        target.is_floating_point() && target.dim() == 2 && target.shape[1] == Outputs;

    /// <summary>log sigmoid(x) = min(x, 0) - log(1 + exp(-|x|)), which neither overflows nor loses digits.</summary>
    private static Tensor LogSigmoid(Tensor x) => x.clamp(max: 0) - (-x.abs()).exp().log1p();
}
