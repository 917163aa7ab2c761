using ModalityBalance.Internal;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Evaluation;

/// <summary>
/// How much a linear predictor finds in frozen representations: on standardized features, fitted from zero by at most
/// 60 iterations of L-BFGS in double to minimize the task's mean loss + penalty |W|^2 (none on the bias). For classes
/// it is multinomial logistic regression.
/// </summary>
internal sealed class LinearProbe
{
    /// <summary>The penalty without validation data, this library's choice.</summary>
    public const double DefaultPenalty = 5e-5;

    private readonly LearningTask _task;
    private readonly ProbeFeatures _features;
    private readonly double[] _weights;

    private LinearProbe(LearningTask task, double penalty, ProbeFeatures features, double[] weights)
    {
        (_task, Penalty, _features, _weights) = (task, penalty, features, weights);
    }

    /// <summary>The penalty it was fitted with.</summary>
    public double Penalty { get; }

    /// <summary>Fits a probe for classes with the default penalty.</summary>
    /// <param name="representations">[samples, ...], on the CPU; flattened to features.</param>
    /// <param name="labels">int64, [samples], in [0, classes).</param>
    /// <param name="classes">At least 2.</param>
    /// <exception cref="ArgumentException">No sample, unequal counts, a representation that is not finite, or another
    /// label.</exception>
    public static LinearProbe Fit(Tensor representations, Tensor labels, long classes) =>
        Fit(representations, labels, new ClassificationTask(classes));

    /// <summary>Fits a probe for any task.</summary>
    /// <param name="representations">[samples, ...], on the CPU; flattened to features.</param>
    /// <param name="targets">[samples, ...], on the CPU, as the task's targets are.</param>
    /// <param name="task">Gives the loss.</param>
    /// <param name="penalty">Factor on |W|^2, at least 0.</param>
    /// <exception cref="ArgumentException">No sample, unequal counts, a representation that is not finite, targets that
    /// are not the task's, or a penalty below 0.</exception>
    public static LinearProbe Fit(
        Tensor representations, Tensor targets, LearningTask task, double penalty = DefaultPenalty)
    {
        CheckCounts(representations, targets);
        ArgumentNullException.ThrowIfNull(task);
        task.CheckTargets(targets);
        Require.NonNegative(penalty);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var features = new ProbeFeatures(representations);
        var weights = new ProbeObjective(features.Of(representations), targets, task, penalty).Minimize();
        return new LinearProbe(task, penalty, features, weights);
    }

    /// <summary>Fits one probe per candidate penalty and takes the one with the highest primary score on validation
    /// samples; among equals the one with the largest penalty.</summary>
    /// <param name="train">What to fit on, representations and targets.</param>
    /// <param name="validation">What to choose on; not the samples to be scored in the end.</param>
    /// <param name="task">Gives loss and score.</param>
    /// <param name="penalties">At least one, each at least 0.</param>
    /// <exception cref="ArgumentException">No sample, unequal counts or features, or no or an invalid penalty.
    /// </exception>
    public static LinearProbe Choose(
        (Tensor Representations, Tensor Targets) train,
        (Tensor Representations, Tensor Targets) validation,
        LearningTask task,
        IReadOnlyList<double> penalties)
    {
        ProbeOptions.CheckCandidates(penalties, nameof(penalties));
        return penalties.OrderDescending()
            .Select(penalty => Fit(train.Representations, train.Targets, task, penalty))
            .MaxBy(probe => probe.Score(validation.Representations, validation.Targets).Primary)!;
    }

    /// <summary>The share of samples whose class the probe finds.</summary>
    /// <param name="representations">[samples, ...], on the CPU, with the features it was fitted on.</param>
    /// <param name="labels">int64, [samples].</param>
    /// <returns>In [0, 1].</returns>
    /// <exception cref="ArgumentException">No sample, unequal counts, or other features.</exception>
    /// <exception cref="InvalidOperationException">The probe is for another task than classification.</exception>
    public double Accuracy(Tensor representations, Tensor labels) =>
        Score(representations, labels) is ClassificationScores scores
            ? scores.Accuracy
            : throw new InvalidOperationException("Accuracy is that of a probe for classes, but it predicts others.");

    /// <summary>Scores the probe's predictions.</summary>
    /// <param name="representations">[samples, ...], on the CPU, with the features it was fitted on.</param>
    /// <param name="targets">[samples, ...], as the task's targets are.</param>
    /// <returns>What the task's <see cref="LearningTask.Score"/> gives.</returns>
    /// <exception cref="ArgumentException">No sample, unequal counts, other features, a representation that is not
    /// finite, or targets that are not the task's.</exception>
    public TaskScores Score(Tensor representations, Tensor targets)
    {
        CheckCounts(representations, targets);
        _task.CheckTargets(targets);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var features = _features.Of(representations);
        return _task.Score(features.matmul(tensor(_weights).reshape(features.shape[1], _task.Outputs)), targets);
    }

    private static void CheckCounts(Tensor representations, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(representations);
        ArgumentNullException.ThrowIfNull(targets);
        if (representations.dim() < 2 || representations.shape[0] == 0 || targets.dim() == 0
            || targets.shape[0] != representations.shape[0])
        {
            throw new ArgumentException(
                "representations and targets must be [samples, ...] with at least one sample, but are "
                + $"{representations.Describe()} and {targets.Describe()}.", nameof(representations));
        }
    }
}
