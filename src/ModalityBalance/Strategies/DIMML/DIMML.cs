using ModalityBalance.Gradients;
using ModalityBalance.Internal;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary> Detached and interactive multimodal learning (DI-MML; Fan et al., ACM MM 2024, arXiv 2407.19514): first the encoders
/// learn from losses of their own, a head that reads every modality aligns them, and each is drawn toward the others in the
/// dimensions in which those discriminate and it does not. Then a fusion is trained on the frozen encoders. At test time the
/// surer of heads and fusion weigh more: use <see cref="CertaintyFusion"/>.
/// </summary>
/// <remarks>
/// The optimizer is reset, and the best epoch so far forgotten, when the second stage begins. The report holds, per modality,
/// <c>unimodal_loss</c>, <c>shared_loss</c> and <c>transferable</c>, the number of dimensions in which the others could teach it;
/// the losses are NaN in the second stage, and <c>transferable</c> is before the dimensions are known.
/// </remarks>
public sealed class DIMML : GradientStrategy
{
    private readonly DIMMLOptions _options;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public DIMML(DIMMLOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _options = options;
    }

    /// <inheritdoc/>
    public override string Name => "DI-MML";

    /// <inheritdoc/>
    protected override object Options => _options;

    /// <inheritdoc/>
    public override StrategyRequirements Requirements => StrategyRequirements.UnimodalHeads;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Model.SharedHead is null || plan.Model is MultimodalModel { Fusion: not CertaintyFusion })
        {
            yield return "DI-MML needs a head per modality, one that all share, and a fusion that weighs them by their certainty: use "
                + "a CertaintyFusion.";
        }

        if (plan.Task is not ClassificationTask)
        {
            yield return $"DI-MML is defined for one class of several, but the task is a {plan.Task.GetType().Name}.";
        }

        if (_options.EncoderEpochs >= plan.Epochs)
        {
            yield return $"DI-MML's EncoderEpochs must be below the {plan.Epochs} epochs of training, whose rest trains the fusion, "
                + $"but are {_options.EncoderEpochs}.";
        }
    }

    /// <summary>Finds the effective dimensions after the warm-up, and begins the second stage.</summary>
    /// <inheritdoc/>
    public override void OnEpochStart(EpochContext epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        if (epoch.Epoch == _options.WarmUpEpochs)
        {
            FindEffectiveDimensions(epoch);
        }

        if (epoch.Epoch == _options.EncoderEpochs)
        {
            epoch.ResetOptimizer();
            epoch.ForgetBest();
        }
    }

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return step.Epoch < _options.EncoderEpochs ? TrainEncoders(step) : TrainFusion(step);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> GetWarnings()
    {
        using var scope = NewDisposeScope();
        var effective = Enumerable.Range(0, int.MaxValue).Select(Dimensions).TakeWhile(State.Contains)
            .Select(name => State.GetOrAdd(name, () => zeros(0))).ToArray();
        int empty = effective.Sum(source => effective.Count(learner =>
            !ReferenceEquals(source, learner) && !Transferable(source, learner).any().item<bool>()));
        if (empty > 0)
        {
            yield return $"DI-MML found no dimension to transfer in {empty} of the ordered pairs of modalities.";
        }
    }

    private StepReport TrainEncoders(TrainingStep step)
    {
        step.Encode();
        var modalities = Enumerable.Range(0, step.ModalityCount).ToArray();
        var own = modalities.Select(step.UnimodalLoss).ToArray();
        var shared = modalities.Select(m => step.Mean(step.TaskLosses(step.PredictShared(m)), m)).ToArray();
        var loss = own.Zip(shared, (first, second) => first + (_options.AlignWeight * second))
            .Aggregate((sum, term) => sum + term);
        var transferable = full(step.ModalityCount, double.NaN, ScalarType.Float64, loss.device);
        if (step.Epoch >= _options.WarmUpEpochs)
        {
            var effective = modalities.Select(m => Effective(step, m)).ToArray();
            transferable = CountTransferable(effective);
            loss = Contrasts(step, effective).Aggregate(loss, (sum, term) => sum + (_options.ContrastWeight * term));
        }

        step.Backward(loss);
        return new StepReport(loss, taskLoss: null).Add("unimodal_loss", own).Add("shared_loss", shared)
            .Add("transferable", transferable);
    }

    private StepReport TrainFusion(TrainingStep step)
    {
        step.Encode(_ => EncoderUse.Forward, freezeOthers: true);
        var loss = step.TaskLoss();
        step.BackwardTop(loss);
        var none = full(step.ModalityCount, double.NaN, device: loss.device);
        var effective = Enumerable.Range(0, step.ModalityCount).Select(m => Effective(step, m)).ToArray();
        return new StepReport(loss, loss).Add("unimodal_loss", none).Add("shared_loss", none)
            .Add("transferable", CountTransferable(effective));
    }

    /// <summary>For each modality, the number of dimensions in which another is effective and it is not, [M].</summary>
    private static Tensor CountTransferable(Tensor[] effective) => stack([.. effective.Select(learner =>
        effective.Select(source => Transferable(source, learner)).Aggregate((any, one) => any.logical_or(one)).sum())]);

    /// <summary>The one-way contrastive losses of all ordered pairs with at least two samples that have both.</summary>
    private IEnumerable<Tensor> Contrasts(TrainingStep step, Tensor[] effective) =>
        from m in Enumerable.Range(0, step.ModalityCount)
        from k in Enumerable.Range(0, step.ModalityCount)
        where m != k && step.SamplesWith(m, k) > 1
        select Contrast(step, m, k, Transferable(effective[k], effective[m]));

    /// <summary>The mean contrast of a learner's samples with the source's samples of all processes.</summary>
    private Tensor Contrast(TrainingStep step, int learner, int source, Tensor dimensions)
    {
        var z = Rows(step, learner, source);
        var (sources, first) = step.GatherRows(Rows(step, source, learner), learner, source);
        var contrasts = Contrasts(z, sources, first, dimensions, _options.Temperature);
        var perSample = step.Batch.Present is null
            ? contrasts
            : zeros(step.Batch.Size, contrasts.dtype, contrasts.device)
                .index_copy(0, tensor(step.RowsWith(learner, source), device: z.device), contrasts);
        return step.Mean(perSample, learner, source);
    }

    /// <summary>-log softmax_j(z_i . source_j / tau) at source i, over some dimensions. Without any it is log(sources), without a
    /// gradient.</summary>
    /// <param name="z">The learner's representations, [batch, width].</param>
    /// <param name="sources">The source's, constants, [sources, width].</param>
    /// <param name="first">The place among the sources of the one that belongs to the first row of z.</param>
    /// <param name="dimensions">Which dimensions count, bool, [width].</param>
    /// <param name="temperature">tau.</param>
    /// <returns>[batch].</returns>
    internal static Tensor Contrasts(Tensor z, Tensor sources, long first, Tensor dimensions, double temperature) =>
        -((z * dimensions.to(z.dtype)).matmul(sources.t()) / temperature).log_softmax(1).diagonal(first);

    /// <summary>The representations of the samples that have both modalities.</summary>
    private static Tensor Rows(TrainingStep step, int modality, int other)
    {
        var z = step.Representations[modality];
        return step.Batch.Present is null ? z : z.index_select(0, tensor(step.RowsWith(modality, other), device: z.device));
    }

    /// <summary>E_k \ E_m.</summary>
    private static Tensor Transferable(Tensor source, Tensor learner) => source.logical_and(learner.logical_not());

    private Tensor Effective(TrainingStep step, int modality) => State.Contains(Dimensions(modality))
        ? State.GetOrAdd(
            Dimensions(modality),
            () => zeros(step.Representations[modality].shape[1], ScalarType.Bool, step.Representations[modality].device),
            changesInSteps: false)
        : throw new InvalidOperationException(
            $"DI-MML must be notified of epoch {_options.WarmUpEpochs} (OnEpochStart) to know effective dimensions, but was not.");

    /// <summary>The dimensions in which the nearest class mean, by that dimension only, is right more often than on average over
    /// all dimensions, on the whole training set.</summary>
    private void FindEffectiveDimensions(EpochContext epoch)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        int modalities = epoch.Model.Modalities.Count;
        var means = new ClassMeans(modalities, epoch.Task.Outputs);
        epoch.ScanRepresentations(1, means.Add);
        means.SumOver(epoch.Processes);
        var hits = Enumerable.Range(0, modalities).Select(m => zeros_like(means.Mean(m)[0], ScalarType.Float64)).ToArray();
        epoch.ScanRepresentations(1, (batch, representations) =>
        {
            for (int m = 0; m < modalities; m++)
            {
                var right = NearestIsRight(representations[m], means.Mean(m), means.Seen(m), batch.Targets);
                var here = batch.Present?.Values.select(1, m).unsqueeze(1);
                hits[m].add_((here is null ? right : right.logical_and(here)).sum([0L]));
            }
        });
        foreach (var hit in hits)
        {
            epoch.Processes.Sum(hit);
        }

        foreach (var (m, dimensions) in hits.Select(hit => hit.gt(hit.mean())).Index())
        {
            State.GetOrAdd(Dimensions(m), () => dimensions, changesInSteps: false).copy_(dimensions);
        }
    }

    /// <summary>Whether the nearest class mean in each dimension is that of the sample's class, the lower class at a tie, bool,
    /// [batch, width].</summary>
    internal static Tensor NearestIsRight(Tensor z, Tensor means, Tensor seen, Tensor targets)
    {
        var distance = (z.unsqueeze(1) - means.unsqueeze(0)).abs()
            .masked_fill(seen.logical_not().reshape(1, -1, 1), double.PositiveInfinity);
        return distance.argmin(1).eq(targets.unsqueeze(1));
    }

    private static string Dimensions(int modality) => $"effective_{modality}";
}

/// <summary>The settings of DI-MML (Fan et al., ACM MM 2024). The epochs after <see cref="EncoderEpochs"/> train the fusion.
/// </summary>
public sealed record DIMMLOptions
{
    /// <summary>The number of epochs before dimensions are compared, at least 0. Defaults to 20, as in the published
    /// code.</summary>
    public int WarmUpEpochs { get; init; } = 20;

    /// <summary>The number of epochs in which encoders learn, warm-up included, above <see cref="WarmUpEpochs"/>. It has no
    /// default; the published code uses 150, and 20 more for the fusion.</summary>
    public required int EncoderEpochs { get; init; }

    /// <summary>The weight of the shared head's losses, finite and at least 0. Defaults to 1, as in the published code.</summary>
    public double AlignWeight { get; init; } = 1;

    /// <summary>The weight of the contrastive losses, finite and at least 0. Defaults to 1, as in the published code.</summary>
    public double ContrastWeight { get; init; } = 1;

    /// <summary>The temperature of the contrastive losses, finite and above 0. Defaults to 10; the published code uses 50
    /// (CREMA-D, ModelNet40) or 10 (AVE, UCF-101). The right size grows with the inner products of representations.</summary>
    public double Temperature { get; init; } = 10;

    internal void Check()
    {
        Require.AtLeast(0, WarmUpEpochs);
        Require.AtLeast(WarmUpEpochs + 1, EncoderEpochs);
        Require.NonNegative(AlignWeight);
        Require.NonNegative(ContrastWeight);
        Require.Positive(Temperature);
    }
}
