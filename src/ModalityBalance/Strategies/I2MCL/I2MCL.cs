using ModalityBalance.Gradients;
using ModalityBalance.Internal;
using ModalityBalance.Solvers;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// Intra- and inter-modal curriculum learning (Zhou et al., ACM MM 2023, doi 10.1145/3581783.3612468). Samples whose
/// loss is high for now weigh less. The modality whose distillation gradient weighs most in the min-norm combination
/// with its task gradient learns from the task, every other from its unimodal teacher. Fusion and heads always learn
/// from the task.
/// </summary>
/// <remarks>
/// The report holds <c>alpha</c>, the min-norm weight of each modality's distillation gradient, in [0, 1] (Eq. 14), or -1 for
/// a modality that no sample of the batch has; <c>selected</c>, the index of the modality with the largest alpha, the first of
/// them when tied (Eq. 17); <c>tied</c>, 1 if several have the largest; <c>distillation_loss</c>, each modality's mean
/// distillation loss, scaled and without sample weights, or NaN for an absent modality; and, with sample weights,
/// <c>threshold</c>, those of Eq. 8, that of the task first. The loss holds the task loss and every distillation loss, weighted
/// as they are learned from.
/// </remarks>
public sealed class I2MCL : GradientStrategy
{
    private const string ThresholdsState = "thresholds";
    private const string TiesState = "ties";

    // Below every weight: a modality that no sample has is never selected.
    private const double Absent = -1;

    private readonly I2MCLOptions _options;

    /// <summary>Creates a variant of the method.</summary>
    /// <param name="options">Defaults to the full method.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public I2MCL(I2MCLOptions? options = null)
    {
        _options = options ?? new I2MCLOptions();
        _options.Check();
    }

    /// <inheritdoc/>
    protected override object Options => _options;

    /// <summary>The threshold of the task loss, a scalar; null before the first step, or without sample weights.</summary>
    internal Tensor? TaskThreshold => State.InUse(ThresholdsState)?.select(0, 0);

    internal double Beta => _options.Beta;

    /// <inheritdoc/>
    public override StrategyRequirements Requirements => StrategyRequirements.Teachers;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The schedule is fixed to a modality that the model lacks.</exception>
    /// <exception cref="InvalidOperationException">An earlier step was of a model with another number of modalities.
    /// </exception>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (Misfit(step.ModalityCount) is { } misfit)
        {
            throw new ArgumentException(misfit, nameof(step));
        }

        step.Encode();
        var taskLosses = step.TaskLosses();
        var lessons = Enumerable.Range(0, step.ModalityCount)
            .Select(m => new Distillation(step, m, _options.DistillationScale)).ToArray();
        var taskLoss = step.Mean(taskLosses);
        var weights = _options.WeighSamples ? Weigh(taskLosses, taskLoss, lessons) : null;
        var unweighted = weights is null ? null : step.GradientAtRepresentations(taskLoss);
        var weightedLoss = weights is null ? taskLoss : step.Mean(weights.Task * taskLosses);
        var fromTask = step.BackwardTop(weightedLoss).Zip(step.Representations, EncoderForward.OrZeros).ToArray();

        var alpha = Alpha(step, unweighted ?? fromTask, lessons);
        var selected = alpha.argmax(0);
        for (int m = 0; m < step.ModalityCount; m++)
        {
            var fromTeacher = lessons[m].Gradient(weights?.Distillation[m]);
            step.BackwardEncoder(m, Scheduled(m, fromTask[m], fromTeacher, alpha, selected));
        }

        var tied = alpha.eq(alpha.max()).sum().gt(1);
        CountTie(tied);
        if (weights is not null)
        {
            Thresholds(weights.Thresholds).copy_(weights.Thresholds);
        }

        return Report(weightedLoss, taskLoss, lessons, weights, alpha, selected, tied);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Validate(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Misfit(plan.Modalities) is { } misfit ? [misfit] : [];
    }

    /// <inheritdoc/>
    public override IEnumerable<string> GetWarnings()
    {
        using var scope = NewDisposeScope();
        double share = State.Contains(TiesState) && Ties().cpu().data<double>().ToArray() is [var ties, > 0 and var steps]
            ? ties / steps
            : 0;
        if (_options.Schedule == I2MCLSchedule.ByAlpha && share > 0.5)
        {
            yield return $"I2MCL: alpha was tied in {share:P0} of the steps, so that the order of the modalities chose "
                + "which one learns from the task. A smaller DistillationScale brings alpha away from its ends.";
        }
    }

    private SampleWeights Weigh(Tensor taskLosses, Tensor taskLoss, Distillation[] lessons)
    {
        using var noGrad = no_grad();
        // Of the losses' type, but not of sixteen bits, in which averages stand still.
        var type = taskLosses.HasSixteenBits() ? ScalarType.Float32 : taskLosses.dtype;
        var thresholds = Thresholds(like: full(lessons.Length + 1, double.NaN, type, taskLosses.device));
        return SelfPacedCurriculum.Weigh(thresholds, taskLosses, taskLoss, lessons, _options.Gamma, _options.Beta);
    }

    /// <summary>The remembered thresholds, [M + 1], NaN for those that no batch has started.</summary>
    private Tensor Thresholds(Tensor like)
    {
        var thresholds = State.GetOrAdd(ThresholdsState, () => full_like(like, double.NaN));
        return thresholds.numel() == like.numel()
            ? thresholds
            : throw new InvalidOperationException(
                $"I2MCL must be used with one model, one instance per model, but its thresholds are of "
                + $"{thresholds.numel() - 1} modalities and the model has {like.numel() - 1}.");
    }

    /// <summary>Ties and steps so far, [2].</summary>
    private Tensor Ties(Device? device = null) =>
        State.GetOrAdd(TiesState, () => zeros(2, ScalarType.Float64, device ?? CPU));

    private void CountTie(Tensor tied)
    {
        using var noGrad = no_grad();
        Ties(tied.device).add_(stack([tied, ones_like(tied)]));
    }

    /// <summary>The weight of each modality's distillation gradient in the min-norm combination with its task gradient, both
    /// of the unweighted mean losses (Eq. 13-16): in [0, 1], or -1 for a modality that no sample has; double, [M].</summary>
    private Tensor Alpha(TrainingStep step, IReadOnlyList<Tensor> fromTask, IReadOnlyList<Distillation> lessons)
    {
        var products = _options.Alpha == I2MCLAlpha.AtRepresentations
            ? step.ProductsAtRepresentations(lessons.Select(lesson => lesson.Gradient()).ToArray(), fromTask)
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
    private static GradientProducts AtParameters(TrainingStep step, int modality, Tensor fromTask, Distillation lesson)
    {
        var gradients = step.EncoderGradients(modality, [lesson.Gradient(), fromTask], keepGraph: true);
        return gradients[0].Count == 0
            ? step.ProductsAtRepresentations([lesson.Gradient()], [fromTask])
            : new GradientProducts(gradients[0], gradients[1]);
    }

    /// <summary>The gradient that one encoder learns from (Eq. 17-20, and Table 4).</summary>
    private Tensor Scheduled(int modality, Tensor fromTask, Tensor fromTeacher, Tensor alpha, Tensor selected)
    {
        return _options.Schedule switch
        {
            I2MCLSchedule.ByAlpha => where(selected.eq(modality), fromTask, fromTeacher),
            I2MCLSchedule.Both => fromTask + fromTeacher,
            I2MCLSchedule.AllTask => fromTask,
            I2MCLSchedule.AllTeacher => fromTeacher,
            I2MCLSchedule.Fixed => modality == _options.TaskModality ? fromTask : fromTeacher,
            I2MCLSchedule.Mixed => Mixed(fromTeacher, fromTask),
            _ => Mixed(fromTask, fromTeacher),
        };

        Tensor Mixed(Tensor byShare, Tensor byRest)
        {
            var share = alpha.select(0, modality).to(fromTask.dtype);
            return (share * byShare) + ((1 - share) * byRest);
        }
    }

    /// <summary>The share of each distillation loss in what its encoder learns from: double, [M]. A teacher that is not finite
    /// makes its share or its loss NaN, and so the reported loss.</summary>
    private Tensor TeacherShares(Tensor alpha, Tensor selected)
    {
        var modalities = arange(alpha.numel(), device: alpha.device);
        return _options.Schedule switch
        {
            I2MCLSchedule.ByAlpha => modalities.ne(selected).to(alpha.dtype),
            I2MCLSchedule.AllTask => zeros_like(alpha),
            I2MCLSchedule.Fixed => modalities.ne(_options.TaskModality).to(alpha.dtype),
            I2MCLSchedule.Mixed => alpha,
            I2MCLSchedule.MixedReversed => 1 - alpha,
            _ => ones_like(alpha),
        };
    }

    private StepReport Report(
        Tensor weightedLoss,
        Tensor taskLoss,
        Distillation[] lessons,
        SampleWeights? weights,
        Tensor alpha,
        Tensor selected,
        Tensor tied)
    {
        using var noGrad = no_grad();
        var distillation = stack(lessons.Select((lesson, m) => lesson.Loss(weights?.Distillation[m])).ToArray());
        var loss = weightedLoss + (TeacherShares(alpha, selected) * distillation).sum();
        var report = new StepReport(loss, taskLoss)
            .Add("alpha", alpha)
            .Add("selected", selected)
            .Add("tied", tied)
            .Add("distillation_loss", lessons.Select(lesson => lesson.Mean).ToArray());
        return weights is null ? report : report.Add("threshold", weights.Thresholds);
    }

    private string? Misfit(int modalities) =>
        _options.Schedule == I2MCLSchedule.Fixed && _options.TaskModality >= modalities
            ? $"I2MCL's TaskModality must lie in [0, {modalities - 1}], but is {_options.TaskModality}."
            : null;
}
