using ModalityBalance.Gradients;
using ModalityBalance.Internal;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary> Dynamically learning the modality gap (DLMG, also called LFM; Yang et al., NeurIPS 2024): training begins with
/// agreement between the modalities' own predictions and moves to the labels, L = 2 ((1 - alpha) L_cls + alpha L_match) with
/// alpha falling over the epochs. Published with late fusion.
/// </summary>
/// <remarks>The matching loss is that of the published code, KL(mean || p) averaged over both predictions of a pair and over
/// pairs; the paper's contrastive form could not be read. The schedule that learns alpha from held-out batches is not offered.
/// The report holds <c>alpha</c> and <c>matching_loss</c>.</remarks>
public sealed class DLMG : GradientStrategy
{
    private readonly DLMGOptions _options;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">Defaults to the heuristic schedule.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public DLMG(DLMGOptions? options = null)
    {
        _options = options ?? new DLMGOptions();
        _options.Check();
    }

    /// <inheritdoc/>
    protected override object Options => _options;

    /// <inheritdoc/>
    public override StrategyRequirements Requirements => StrategyRequirements.UnimodalHeads;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan.Task is ClassificationTask
            ? []
            : [$"DLMG matches the class probabilities of modalities, which a {plan.Task.GetType().Name} has none of."];
    }

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Encode();
        double alpha = _options.AlphaAt(step.Epoch);
        var task = step.TaskLoss();
        var matching = Matching(step);
        var loss = 2 * (((1 - alpha) * task) + (alpha * matching));
        step.Backward(loss);
        return new StepReport(loss, task).Add("alpha", alpha).Add("matching_loss", matching);
    }

    /// <summary>The mean over pairs of modalities that a sample of the batch has both of.</summary>
    private static Tensor Matching(TrainingStep step)
    {
        var logs = Enumerable.Range(0, step.ModalityCount).Select(m => step.PredictUnimodal(m).log_softmax(1)).ToArray();
        var terms = (from m in Enumerable.Range(0, step.ModalityCount)
                     from k in Enumerable.Range(m + 1, step.ModalityCount - m - 1)
                     where step.SamplesWith(m, k) > 0
                     select step.Mean(Distance(logs[m], logs[k]), m, k)).ToArray();
        return terms.Length == 0
            ? zeros_like(logs[0].sum())
            : terms.Aggregate((sum, term) => sum + term) / terms.Length;
    }

    /// <summary>(KL(mu || p) + KL(mu || q)) / 2 of each sample, mu = (p + q) / 2.</summary>
    internal static Tensor Distance(Tensor logP, Tensor logQ)
    {
        var logMean = logaddexp(logP, logQ) - Math.Log(2);
        return (logMean.exp() * (logMean - ((logP + logQ) / 2))).sum([1L]);
    }
}

/// <summary>The settings of DLMG (Yang et al., NeurIPS 2024).</summary>
public sealed record DLMGOptions
{
    // The coefficients of 1 - alpha in the epoch, fitted to 200 epochs of CREMA-D (published code).
    private static readonly double[] Fit =
        [2.04623704e-1, 3.35472727e-3, 1.22989557e-4, -2.92947416e-6, 2.23835486e-8, -5.39717505e-11];

    private const int LastFittedEpoch = 199;

    /// <summary>How alpha falls over the epochs. Defaults to <see cref="DLMGSchedule.Heuristic"/>.</summary>
    public DLMGSchedule Schedule { get; init; } = DLMGSchedule.Heuristic;

    /// <summary>A constant alpha in [0, 1] instead of a schedule, for ablations; <see langword="null"/> by default.</summary>
    public double? Alpha { get; init; }

    /// <summary>The weight of the matching loss in an epoch.</summary>
    /// <param name="epoch">From 0.</param>
    /// <returns>In [0, 1].</returns>
    internal double AlphaAt(int epoch) => Alpha ?? (Schedule == DLMGSchedule.Heuristic
        ? 1 - Math.Exp(-1.0 / (epoch + 1))
        : Math.Clamp(1 - Polynomial(Math.Min(epoch, LastFittedEpoch)), 0, 1));

    internal void Check()
    {
        Require.Defined(Schedule);
        if (Alpha is { } alpha)
        {
            Require.InUnitInterval(alpha, nameof(Alpha));
        }
    }

    private static double Polynomial(int epoch) =>
        Fit.Reverse().Aggregate((sum, coefficient) => (sum * epoch) + coefficient);
}

/// <summary>How the weight of DLMG's matching loss falls.</summary>
public enum DLMGSchedule
{
    /// <summary>alpha = 1 - exp(-1 / (epoch + 1)).</summary>
    Heuristic,

    /// <summary>The published code's polynomial for 200 epochs of CREMA-D, clipped to [0, 1] and constant from epoch 199 on.
    /// </summary>
    Fitted,
}
