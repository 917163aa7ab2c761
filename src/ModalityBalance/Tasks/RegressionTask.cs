using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Tasks;

/// <summary>
/// One value per sample: squared error of predictions [batch, 1] or [batch] against floating-point targets [batch].
/// With a sigmoid, predictions are squashed into (0, 1) first and targets must lie in [0, 1] (G2D's setting). By its sign, a value is
/// learned by regression and scored as one of two classes (I2MCL's setting for sentiment, Sec. 5.1).
/// </summary>
public sealed class RegressionTask : LearningTask
{
    private readonly bool _sigmoid;

    /// <summary>A regression.</summary>
    /// <param name="sigmoid">Whether predictions pass through a sigmoid; false by default.</param>
    /// <param name="scoredBySign">Whether predictions are scored by their sign; false by default.</param>
    /// <exception cref="ArgumentException">Both: after a sigmoid, all values are positive.</exception>
    public RegressionTask(bool sigmoid = false, bool scoredBySign = false)
    {
        if (sigmoid && scoredBySign)
        {
            throw new ArgumentException(
                "scoredBySign must be false with a sigmoid, after which all values are positive, but is true.", nameof(scoredBySign));
        }

        (_sigmoid, ScoredBySign) = (sigmoid, scoredBySign);
    }

    /// <summary>Whether predictions are scored by their sign.</summary>
    public bool ScoredBySign { get; }

    /// <summary>One.</summary>
    public override long Outputs => 1;

    /// <inheritdoc/>
    public override string Description =>
        base.Description + (_sigmoid ? ", after a sigmoid" : "") + (ScoredBySign ? ", scored by sign" : "");

    /// <inheritdoc/>
    public override Tensor LossPerSample(Tensor prediction, Tensor target) => Error(prediction, target).square();

    /// <inheritdoc/>
    /// <returns>The values, [batch], after the sigmoid if there is one.</returns>
    public override Tensor Interpret(Tensor prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        return Values(prediction);
    }

    /// <inheritdoc/>
    /// <returns>1 / (1 + |prediction - target|): 1 without error, falling towards 0. The paper defines confidence for
    /// classes.</returns>
    public override Tensor ConfidencePerSample(Tensor prediction, Tensor target) =>
        1 / (1 + Error(prediction, target).abs());

    /// <inheritdoc/>
    /// <returns>The squared difference of the two predictions, after the sigmoid if there is one; values have no
    /// temperature.</returns>
    public override Tensor DistancePerSample(Tensor prediction, Tensor teacher, double temperature)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        return Error(prediction, Values(teacher)).square();
    }

    /// <inheritdoc/>
    public override void CheckTargets(Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        CheckKind(AreValues(targets), targets, "floating-point values of shape [samples]");
        foreach (var (i, value) in Doubles(targets).Index())
        {
            if (!double.IsFinite(value) || (_sigmoid && value is < 0 or > 1))
            {
                string range = _sigmoid ? "lie in [0, 1]" : "be finite";
                throw new ArgumentException($"targets must {range}, but targets[{i}] is {value}.", nameof(targets));
            }
        }
    }

    /// <inheritdoc/>
    /// <returns>A <see cref="RegressionScores"/>; by sign, <see cref="ClassificationScores"/> of two classes, without the samples whose
    /// target is 0. A prediction of 0 counts as negative, one that is not a number as wrong.</returns>
    public override TaskScores Score(Tensor predictions, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        using var scope = NewDisposeScope();
        var (predicted, actual) = (Doubles(Values(predictions)), Doubles(targets));
        return ScoredBySign ? ScoresOfSigns(predicted, actual) : RegressionScores.Of(predicted, actual);
    }

    private static ClassificationScores ScoresOfSigns(double[] predicted, double[] actual)
    {
        var signed = predicted.Zip(actual, (prediction, target) => (prediction, target)).Where(pair => pair.target != 0).ToArray();
        return ClassificationScores.Of(
            [.. signed.Select(pair => double.IsNaN(pair.prediction) ? -1L : pair.prediction > 0 ? 1 : 0)],
            [.. signed.Select(pair => pair.target > 0 ? 1L : 0)],
            classes: 2);
    }

    private Tensor Error(Tensor prediction, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(target);
        CheckKind(AreValues(target), target, "floating-point values of shape [batch]", prediction);
        if (prediction.shape.FirstOrDefault() != target.shape[0] || prediction.numel() != target.shape[0])
        {
            throw new ArgumentException(
                $"prediction must hold one value per sample, {target.shape[0]}, but has shape {prediction.Describe()}.",
                nameof(prediction));
        }

        return Values(prediction) - target;
    }

    private static bool AreValues(Tensor target) => target.is_floating_point() && target.dim() == 1;

    private Tensor Values(Tensor prediction) => _sigmoid ? prediction.flatten().sigmoid() : prediction.flatten();
}
