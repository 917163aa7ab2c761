using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// ReconBoost (Hua et al., ICML 2024, arXiv 2405.09321): the modalities are boosted learners. For some epochs one of them learns
/// alone, pushed away from what the others say already, and stays close to what the learner before it says. Then all learn
/// jointly for some epochs, and the next learner's turn comes. The prediction is the sum of all learners: use
/// <see cref="VotingFusion"/> with <see cref="VoteWeighting.Sum"/>.
/// </summary>
/// <remarks>Stage t = epoch / (LearnerEpochs + RectificationEpochs), learner k = t mod M. The optimizer is reset at the
/// beginning of every phase. With <see cref="ReconcileTarget.Distribution"/> the loss has no lower bound, so that a falling one
/// is no sign of convergence: the reported task loss is the learner's own. The report holds <c>stage</c>; <c>learner</c>, or -1
/// while all learn; and <c>others_probability</c>, the mean probability of the true class by the others, NaN where nothing is
/// subtracted.
/// </remarks>
public sealed class ReconBoost : GradientStrategy
{
    private readonly ReconBoostOptions _options;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">Defaults to the settings of the published code.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public ReconBoost(ReconBoostOptions? options = null)
    {
        _options = options ?? new ReconBoostOptions();
        _options.Check();
    }

    /// <inheritdoc/>
    protected override object Options => _options;

    private int EpochsPerStage => _options.LearnerEpochs + _options.RectificationEpochs;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        int cycle = plan.Modalities * EpochsPerStage;
        if (plan.Epochs % cycle != 0)
        {
            yield return $"ReconBoost's epochs must be a multiple of {cycle}, {EpochsPerStage} for each of {plan.Modalities} "
                + $"modalities, but are {plan.Epochs}.";
        }

        if (plan.Model.SharedHead is null
            || plan.Model is MultimodalModel { Fusion: not VotingFusion { Weighting: VoteWeighting.Sum } })
        {
            yield return "ReconBoost needs one head that all modalities share and a prediction that is the sum of its votes: use a "
                + "VotingFusion with VoteWeighting.Sum.";
        }

        if (plan.Task is not ClassificationTask)
        {
            yield return $"ReconBoost is defined for one class of several, but the task is a {plan.Task.GetType().Name}.";
        }
    }

    /// <inheritdoc/>
    public override void OnEpochStart(EpochContext epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        int within = epoch.Epoch % EpochsPerStage;
        if (epoch.Epoch > 0 && (within == 0 || within == _options.LearnerEpochs))
        {
            epoch.ResetOptimizer();
        }
    }

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        int stage = step.Epoch / EpochsPerStage;
        return step.Epoch % EpochsPerStage < _options.LearnerEpochs ? Boost(step, stage) : Rectify(step, stage);
    }

    /// <summary>All learn from the ensemble's loss.</summary>
    private static StepReport Rectify(TrainingStep step, int stage)
    {
        step.Encode();
        var loss = step.TaskLoss();
        step.Backward(loss);
        return Report(loss, loss, stage, -1, null);
    }

    /// <summary>The learner of the stage learns from its own loss, less the divergence from the others, plus the distance from
    /// the learner before it.</summary>
    private StepReport Boost(TrainingStep step, int stage)
    {
        int learner = stage % step.ModalityCount;
        if (step.SamplesWith(learner) == 0)
        {
            return StepReport.Skipped;
        }

        step.Encode(m => m == learner ? EncoderUse.Learn : EncoderUse.Forward, _options.FreezeNormalization);
        var votes = Enumerable.Range(0, step.ModalityCount).Select(m => Vote(step, m, learner)).ToArray();
        var others = stage == 0 ? null : OthersProbabilities(step, votes, learner);
        var own = step.TaskLosses(votes[learner]);
        var task = step.Mean(own, learner);
        var loss = others is null ? task : step.Mean(Reconciled(step, own, votes[learner], others), learner);
        if (stage > 0 && _options.Consolidate > 0)
        {
            int previous = (stage - 1) % step.ModalityCount;
            var distance = (votes[learner].softmax(1) - votes[previous].softmax(1)).square().mean([1L]);
            loss = loss + (_options.Consolidate * step.Mean(distance, learner, previous));
        }

        step.BackwardEncoder(learner, step.BackwardTop(loss)[learner]);
        return Report(loss, task, stage, learner, others is null ? null : step.Mean(OfTrueClass(step, others), learner));
    }

    /// <summary>A vote; a constant unless it is the learner's.</summary>
    private static Tensor Vote(TrainingStep step, int modality, int learner)
    {
        using var mode = set_grad_enabled(modality == learner);
        return step.PredictShared(modality);
    }

    /// <summary>q, the softmax of the sum of the others' votes, [batch, classes]; zeros for a sample that has no other modality.
    /// </summary>
    private static Tensor OthersProbabilities(TrainingStep step, Tensor[] votes, int learner)
    {
        using var noGrad = no_grad();
        if (step.Batch.Present is not { } present)
        {
            return votes.Where((_, m) => m != learner).Aggregate((sum, vote) => sum + vote).softmax(1);
        }

        var masks = votes.Select((_, m) => present.Values.select(1, m).unsqueeze(1)).ToArray();
        var others = Enumerable.Range(0, votes.Length).Where(m => m != learner).ToArray();
        var ensemble = others.Select(m => where(masks[m], votes[m], zeros_like(votes[m]))).Aggregate((sum, vote) => sum + vote);
        var any = others.Select(m => masks[m]).Aggregate((one, other) => one.logical_or(other));
        return where(any, ensemble.softmax(1), zeros_like(ensemble));
    }

    /// <summary>Each sample's loss against the target y - b q, or against y (1 - b q_y).</summary>
    private Tensor Reconciled(TrainingStep step, Tensor own, Tensor vote, Tensor others) =>
        _options.Target == ReconcileTarget.Distribution
            ? own + (_options.Reconcile * (others * vote.log_softmax(1)).sum([1L]))
            : own * (1 - (_options.Reconcile * OfTrueClass(step, others)));

    private static Tensor OfTrueClass(TrainingStep step, Tensor probabilities) =>
        probabilities.gather(1, step.Batch.Targets.unsqueeze(1)).squeeze(1);

    private static StepReport Report(Tensor loss, Tensor task, int stage, int learner, Tensor? others) =>
        new StepReport(loss, task).Add("stage", stage).Add("learner", learner)
            .Add("others_probability", others ?? full_like(loss, double.NaN));
}
