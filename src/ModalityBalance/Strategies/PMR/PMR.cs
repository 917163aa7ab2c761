using ModalityBalance.Gradients;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// Prototypical modal rebalance (PMR; Fan et al., CVPR 2023, arXiv 2211.07089): the means of each class's representations make a
/// classifier without parameters of their own for every modality. A modality that is less sure of the label by its prototypes
/// than the surest one is pulled toward them, and in the first epochs the surest one is held back by an entropy term.
/// </summary>
/// <remarks>The report holds, per modality, <c>probability</c>, the mean probability of the true class by the prototypes in
/// [0, 1]; <c>prototypical_loss</c>, its cross entropy; <c>acceleration</c>, the factor on that loss in [0, 1] (Eq. 11); and
/// <c>regularization</c>, the factor on the entropy. Outside the window of epochs only the loss is reported.</remarks>
public sealed class PMR : GradientStrategy
{
    private readonly PMROptions _options;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">Defaults to the settings of the paper.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public PMR(PMROptions? options = null)
    {
        _options = options ?? new PMROptions();
        _options.Check();
    }

    /// <inheritdoc/>
    protected override object Options => _options;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan.Task is ClassificationTask
            ? []
            : [$"PMR needs classes to have prototypes of, as a ClassificationTask has, but the task is a {plan.Task.GetType().Name}."];
    }

    /// <summary>Moves the prototypes: c = eps c_old + (1 - eps) c_new, c_new the class means of a share of the training data
    /// (Eq. 6 and 12).</summary>
    /// <inheritdoc/>
    public override void OnEpochStart(EpochContext epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        if (!IsActive(epoch.Epoch))
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var means = new ClassMeans(epoch.Model.Modalities.Count, epoch.Task.Outputs);
        epoch.ScanRepresentations(_options.PrototypeShare, means.Add);
        means.SumOver(epoch.Processes);
        for (int m = 0; m < epoch.Model.Modalities.Count; m++)
        {
            Move(m, means.Mean(m), means.Seen(m));
        }
    }

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Encode();
        var task = step.TaskLoss();
        if (!IsActive(step.Epoch))
        {
            step.Backward(task);
            return new StepReport(task, task);
        }

        var encoders = Enumerable.Range(0, step.ModalityCount).Select(m => Classify(step, m)).ToArray();
        var probability = stack([.. encoders.Select(encoder => encoder.Probability)]);
        var (acceleration, regularization) = Factors(probability);
        var loss = task;
        if (_options.Alpha > 0)
        {
            loss = encoders.Select((encoder, m) => acceleration[m].to(task.dtype) * encoder.CrossEntropy)
                .Aggregate(loss, (sum, term) => sum + (_options.Alpha * term));
        }

        if (_options.Mu > 0 && step.Epoch < _options.RegularizedEpochs)
        {
            loss = encoders.Select((encoder, m) => regularization[m].to(task.dtype) * encoder.Entropy)
                .Aggregate(loss, (sum, term) => sum - (_options.Mu * term));
        }

        step.Backward(loss);
        return new StepReport(loss, task)
            .Add("probability", probability)
            .Add("prototypical_loss", [.. encoders.Select(encoder => encoder.CrossEntropy)])
            .Add("acceleration", acceleration)
            .Add("regularization", regularization);
    }

    private bool IsActive(int epoch) => epoch >= _options.StartEpoch && epoch <= _options.EndEpoch;

    /// <summary>A class keeps its prototype if it was not seen, and takes its mean if it is seen for the first time.</summary>
    private void Move(int modality, Tensor mean, Tensor seen)
    {
        var prototypes = State.GetOrAdd(Prototypes(modality), () => zeros_like(mean));
        var known = State.GetOrAdd(Known(modality), () => zeros_like(seen));
        var blended = (_options.Momentum * prototypes) + ((1 - _options.Momentum) * mean);
        var moved = where(known.unsqueeze(1), blended, mean);
        prototypes.copy_(where(seen.unsqueeze(1), moved, prototypes));
        known.logical_or_(seen);
    }

    /// <summary>The prediction of a modality's prototypes for the batch: P(k) = softmax over k of -|z - c_k| (Eq. 7).</summary>
    private (Tensor Probability, Tensor CrossEntropy, Tensor Entropy) Classify(TrainingStep step, int modality)
    {
        if (!State.Contains(Prototypes(modality)))
        {
            throw new InvalidOperationException(
                $"PMR must be notified of epoch {step.Epoch} (OnEpochStart) to have prototypes, but was not.");
        }

        var z = step.Representations[modality].flatten(1);
        var prototypes = State.GetOrAdd(Prototypes(modality), () => zeros([step.Task.Outputs, z.shape[1]], z.dtype, z.device));
        var known = State.GetOrAdd(Known(modality), () => zeros(step.Task.Outputs, ScalarType.Bool, z.device));

        // exp(-1e30) is 0: a class without a prototype has no probability.
        var logits = (-Distance(z, prototypes)).masked_fill(known.logical_not(), -1e30);
        var log = logits.log_softmax(1);
        var targets = step.Batch.Targets;
        var ofTarget = log.gather(1, targets.unsqueeze(1)).squeeze(1);
        var valid = known.index_select(0, targets);
        var share = step.Mean(valid.to(z.dtype), modality).detach();
        var entropy = -step.Mean((log.exp() * log).sum(1), modality) * known.any().to(z.dtype);
        return (
            (MeanOfValid(ofTarget.exp()) / share).to(ScalarType.Float64).detach(),
            MeanOfValid(-ofTarget) / where(share.gt(0), share, ones_like(share)),
            entropy);

        Tensor MeanOfValid(Tensor values) => step.Mean(where(valid, values, zeros_like(values)), modality);
    }

    /// <summary>beta_m = clip(max_j p_j / p_m - 1, 0, 1) (Eq. 11 for any number of modalities), and the largest of them for the
    /// surest modality (Eq. 13). 0 for a modality that no sample has.</summary>
    private (Tensor Acceleration, Tensor Regularization) Factors(Tensor probability)
    {
        var defined = probability.isfinite();
        var filled = where(defined, probability, full_like(probability, -1));
        var largest = filled.max();
        var acceleration = _options.Rule == PMRRule.Clipped
            ? ((largest / filled) - 1).clamp(0, 1)
            : filled.lt(largest).to(ScalarType.Float64);
        acceleration = where(defined, acceleration, zeros_like(acceleration));
        var strongest = nn.functional.one_hot(filled.argmax(), probability.shape[0]).to(ScalarType.Float64);
        return (acceleration, strongest * acceleration.max());
    }

    /// <summary>Euclidean distances, [batch, classes]. Their slope at distance 0, which is not defined, is 0.</summary>
    private static Tensor Distance(Tensor z, Tensor prototypes)
    {
        var squared = (z.unsqueeze(1) - prototypes.unsqueeze(0)).square().sum([2L]);
        var apart = squared.gt(0);
        return where(apart, where(apart, squared, ones_like(squared)).sqrt(), zeros_like(squared));
    }

    private static string Prototypes(int modality) => $"prototypes_{modality}";

    private static string Known(int modality) => $"known_{modality}";
}
