using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Internal;
using ModalityBalance.Tasks;

namespace ModalityBalance.Strategies;

/// <summary>
/// Modality-specific learning rates (MSLR; Yao and Mihalcea, Findings of ACL 2022): joint training in which each modality's
/// encoder and head have a learning rate of their own, constant (Keep) or following the validation score of the head (Dynamic).
/// Defined for late fusion that adds the heads.
/// </summary>
/// <remarks>Dynamic follows the re-implementation in the published code of AGM; the paper's third variant, Smooth, could not be
/// verified and is not offered. Rates are scaled, not gradients, which would have no effect under Adam. The report holds
/// <c>rate_factor</c> per modality.</remarks>
public sealed class MSLR : GradientStrategy
{
    private readonly MSLROptions _options;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public MSLR(MSLROptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _options = options;
    }

    /// <inheritdoc/>
    protected override object Options => _options;

    /// <inheritdoc/>
    public override StrategyRequirements Requirements => StrategyRequirements.ParameterGroups
        | (_options.Dynamic ? StrategyRequirements.UnimodalHeads | StrategyRequirements.Validation : StrategyRequirements.None);

    /// <inheritdoc/>
    public override IEnumerable<string> Validate(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Modalities != _options.Factors.Count)
        {
            yield return $"MSLR's Factors must hold one factor per modality, {plan.Modalities}, but hold {_options.Factors.Count}.";
        }

        if (_options.Dynamic && plan.Task is RegressionTask { ScoredBySign: false })
        {
            yield return "MSLR's Dynamic needs a score above 0, such as an accuracy, but that of a RegressionTask may be negative.";
        }
    }

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Encode();
        var loss = step.TaskLoss();
        step.Backward(loss);
        return new StepReport(loss, loss).Add("rate_factor", [.. Enumerable.Range(0, step.ModalityCount).Select(Factor)]);
    }

    /// <inheritdoc/>
    public override double LearningRateScale(int? modality) => modality is { } m ? Factor(m) : 1;

    /// <inheritdoc/>
    public override void OnEpochEnd(EpochContext epoch, EvaluationResult? validation)
    {
        if (!_options.Dynamic)
        {
            return;
        }

        var scores = validation?.Unimodal
            ?? throw new ArgumentException("MSLR needs the validation scores of unimodal heads, but was given none.", nameof(validation));
        for (int m = 0; m < scores.Count; m++)
        {
            Follow(m, scores[m].Primary);
        }
    }

    /// <summary>The present factor of a modality.</summary>
    internal double Factor(int modality) =>
        State.Contains(FactorName(modality)) ? State[FactorName(modality)] : _options.Factors[modality];

    /// <summary>factor = initial * score / mean of the scores of the last epochs; initial as long as there are fewer, or where
    /// their mean is 0.</summary>
    internal void Follow(int modality, double score)
    {
        double[] last = [.. Enumerable.Range(0, _options.Memory).Select(i => ScoreName(modality, i))
            .Where(State.Contains).Select(name => State[name])];
        double mean = last.Length == 0 ? 0 : last.Average();
        bool known = last.Length == _options.Memory && mean > 0 && double.IsFinite(score);
        State[FactorName(modality)] = _options.Factors[modality] * (known ? score / mean : 1);
        if (!double.IsFinite(score))
        {
            return; // a validation set without the modality
        }

        foreach (var (i, kept) in last.Append(score).TakeLast(_options.Memory).Index())
        {
            State[ScoreName(modality, i)] = kept;
        }
    }

    private static string FactorName(int modality) => $"factor_{modality}";

    private static string ScoreName(int modality, int index) => $"score_{modality}_{index}";
}

/// <summary>The settings of MSLR (Yao and Mihalcea, Findings of ACL 2022).</summary>
public sealed record MSLROptions
{
    /// <summary>The initial factor on the learning rate of each modality, finite and above 0. They have no default: a modality's
    /// best unimodal rate over the rate of the optimizer. Parameters outside encoders and heads keep the optimizer's rate.
    /// </summary>
    public required IReadOnlyList<double> Factors { get; init; }

    /// <summary>Whether factors follow the validation scores of the heads. Defaults to <see langword="false"/> (Keep).</summary>
    public bool Dynamic { get; init; }

    /// <summary>The number of past epochs with whose scores the newest is compared, at least 1. Defaults to 5, as in the
    /// re-implementation.</summary>
    public int Memory { get; init; } = 5;

    internal void Check()
    {
        ArgumentNullException.ThrowIfNull(Factors);
        foreach (var (m, factor) in Factors.Index())
        {
            Require.Positive(factor, $"Factors[{m}]");
        }

        Require.AtLeast(1, Memory);
    }
}
