using static TorchSharp.torch;

namespace ModalityBalance.Tasks;

/// <summary>Any number of labels per sample: the binary cross entropy of logits [batch, labels] against floating-point targets
/// of the same shape, each in [0, 1].</summary>
public sealed class MultiLabelTask : LearningTask
{
    private readonly bool _sum;

    /// <summary>Creates a task.</summary>
    /// <param name="labels">The number of labels, at least 1.</param>
    /// <param name="sum">Whether a sample's loss is the sum over the labels, as in I2MCL's published code for visual question
    /// answering, instead of the mean, the default.</param>
    /// <exception cref="ArgumentOutOfRangeException">No label.</exception>
    public MultiLabelTask(long labels, bool sum = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(labels, 1);
        (Outputs, _sum) = (labels, sum);
    }

    /// <inheritdoc/>
    public override string Description => _sum ? $"{base.Description}, summed" : base.Description;

    /// <summary>The number of labels.</summary>
    public override long Outputs { get; }

    /// <inheritdoc/>
    public override Tensor LossPerSample(Tensor prediction, Tensor target)
    {
        Check(prediction, target);
        return OverLabels(nn.functional.binary_cross_entropy_with_logits(
            prediction, target.to(prediction.dtype), reduction: nn.Reduction.None));
    }

    /// <inheritdoc/>
    /// <returns>The probability of every label, [batch, labels].</returns>
    public override Tensor Interpret(Tensor prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        return prediction.sigmoid();
    }

    /// <inheritdoc/>
    /// <returns>The probability of each label's value, or for a soft target the expected one: the mean over the labels.
    /// </returns>
    public override Tensor ConfidencePerSample(Tensor prediction, Tensor target)
    {
        Check(prediction, target);
        return ((target * prediction.sigmoid()) + ((1 - target) * (-prediction).sigmoid())).mean([1L]);
    }

    /// <inheritdoc/>
    /// <returns>T^2 KL(teacher || student) of the label's two outcomes, over the labels as the loss.</returns>
    public override Tensor DistancePerSample(Tensor prediction, Tensor teacher, double temperature)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        CheckShape(prediction, teacher.shape);
        var student = prediction / temperature;
        var taught = teacher / temperature;
        var yes = taught.sigmoid() * (LogSigmoid(taught) - LogSigmoid(student));
        var no = (-taught).sigmoid() * (LogSigmoid(-taught) - LogSigmoid(-student));
        return temperature * temperature * OverLabels(yes + no);
    }

    /// <inheritdoc/>
    public override void CheckTargets(Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        CheckKind(AreLabels(targets), targets, $"floating-point values of shape [samples, {Outputs}]");
        foreach (var (i, value) in Doubles(targets).Index())
        {
            if (value is not (>= 0 and <= 1))
            {
                throw new ArgumentException(
                    $"targets must lie in [0, 1], but targets[{i / Outputs}, {i % Outputs}] is {value}.", nameof(targets));
            }
        }
    }

    /// <inheritdoc/>
    /// <returns>A <see cref="MultiLabelScores"/>. A soft target counts as given above 0.5.</returns>
    public override TaskScores Score(Tensor predictions, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        CheckShape(predictions, targets.shape);
        using var scope = NewDisposeScope();
        var logits = new double[predictions.shape[0], Outputs];
        var actual = new bool[predictions.shape[0], Outputs];
        foreach (var (i, (logit, label)) in Doubles(predictions).Zip(Doubles(targets)).Index())
        {
            (logits[i / Outputs, i % Outputs], actual[i / Outputs, i % Outputs]) = (logit, label > 0.5);
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

    private Tensor OverLabels(Tensor losses) => _sum ? losses.sum(1) : losses.mean([1L]);

    private bool AreLabels(Tensor target) =>
        target.is_floating_point() && target.dim() == 2 && target.shape[1] == Outputs;

    /// <summary>log sigmoid(x) = min(x, 0) - log(1 + exp(-|x|)), which neither overflows nor loses digits.</summary>
    private static Tensor LogSigmoid(Tensor x) => x.clamp(max: 0) - (-x.abs()).exp().log1p();
}
