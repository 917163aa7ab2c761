using ModalityBalance.Gradients;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// Gradient-guided distillation (Rakib and Bagavathi, ICCV 2025, arXiv 2506.21514): the task loss with distillation of
/// features and logits from unimodal teachers, and sequential modality prioritization (SMP): in the first phases only
/// the encoder of the modality whose teacher is least confident learns, then that of the next, at last all. Fusion and
/// heads always learn.
/// </summary>
/// <remarks>The report holds <c>confidence</c>, each teacher's, in [0, 1] (Eq. 5), or NaN for a modality that no sample of the
/// batch has; and <c>prioritized</c>, the index of the prioritized modality, or -1 in the joint phase.</remarks>
public sealed class G2D : GradientStrategy
{
    private readonly G2DOptions _options;

    /// <summary>The method.</summary>
    /// <param name="options">The paper's loss without prioritized phases by default.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public G2D(G2DOptions? options = null)
    {
        _options = options ?? new G2DOptions();
        _options.Check();
    }

    /// <inheritdoc/>
    protected override object Options => _options;

    /// <inheritdoc/>
    public override StrategyRequirements Requirements => StrategyRequirements.Teachers;

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var confidences = Confidences(step);
        int? prioritized = Prioritized(step, confidences);
        var shares = Shares(step, confidences, prioritized);

        step.Encode(m => shares[m] > 0 ? EncoderUse.Learn : EncoderUse.Forward, _options.FreezeNormalization);
        var prediction = step.Predict();
        var task = step.Mean(step.TaskLosses(prediction));
        var loss = Distillation(step, prediction).Aggregate(task, (sum, term) => sum + term);
        var cotangents = step.BackwardTop(loss);
        for (int m = 0; m < step.ModalityCount; m++)
        {
            if (shares[m] > 0)
            {
                step.BackwardEncoder(m, shares[m] < 1 ? cotangents[m]?.mul(shares[m]) : cotangents[m]);
            }
        }

        return new StepReport(loss, task)
            .Add("confidence", confidences)
            .Add("prioritized", prioritized ?? -1);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Validate(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return _options.Findings(plan);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> GetWarnings() => _options.PhaseEpochs.Count > 0
        ? []
        : ["G2D has no prioritized phase, so that it only distills: set PhaseEpochs for sequential modality prioritization."];

    /// <summary>Each teacher's confidence (Eq. 5).</summary>
    private IReadOnlyList<double> Confidences(TrainingStep step) =>
        _options.Ranking == G2DRanking.PerBatch
            ? step.TeacherConfidences
            : step.Teachers.OverallConfidences
                ?? throw new InvalidOperationException(
                    "G2D must be given the teachers' confidences over the training set to rank by them, but the "
                    + "teachers know only those of the batch.");

    /// <summary>The modality whose turn it is (Eq. 6 and 7); null in the joint phase.</summary>
    private int? Prioritized(TrainingStep step, IReadOnlyList<double> confidences)
    {
        if (_options.PhaseEpochs.Count == 0)
        {
            return null;
        }

        var schedule = new SmpSchedule(step.ModalityCount, _options.PhaseEpochs);
        return _options.Order is { } order
            ? schedule.PhaseAt(step.Epoch) is { } phase ? order[phase] : null
            : schedule.PrioritizedAt(step.Epoch, confidences);
    }

    /// <summary>The share of its gradient that each encoder gets (Eq. 8).</summary>
    private double[] Shares(TrainingStep step, IReadOnlyList<double> confidences, int? prioritized) =>
        (prioritized, _options.Suppression) switch
        {
            (null, _) => Enumerable.Repeat(1.0, step.ModalityCount).ToArray(),
            ({ } leader, G2DSuppression.Partial) => PartialSuppression.Coefficients(confidences, leader),
            ({ } leader, _) => Enumerable.Range(0, step.ModalityCount).Select(m => m == leader ? 1.0 : 0.0).ToArray(),
        };

    /// <summary>The terms of a sum_m MSE(z_m, t_m) + b sum_m KL(teacher_m || student) T^2 (Eq. 2-4).</summary>
    private IEnumerable<Tensor> Distillation(TrainingStep step, Tensor prediction)
    {
        for (int m = 0; m < step.ModalityCount; m++)
        {
            if (_options.FeatureWeight > 0)
            {
                yield return _options.FeatureWeight * FeatureDistillation.MeanSquaredError(step, m);
            }

            if (_options.LogitWeight > 0)
            {
                var distances = step.Task.DistancePerSample(
                    prediction, step.TeacherLogits(m, prediction), _options.Temperature);
                yield return _options.LogitWeight * step.Mean(distances, m);
            }
        }
    }
}
