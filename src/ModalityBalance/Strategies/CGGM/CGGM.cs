using ModalityBalance.Gradients;
using ModalityBalance.Internal;
using ModalityBalance.Tasks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// Classifier-guided gradient modulation (CGGM; Guo et al., NeurIPS 2024, arXiv 2411.01409): the faster a modality's head improves
/// from step to step, the shorter its encoder's gradient. Optionally, the output layer of the fusion is drawn towards those of the
/// heads, with the same weights.
/// </summary>
/// <remarks>The reading is that of the published code. Heads learn from their own losses, which do not reach the encoders; the
/// fusion learns from the fused loss. Heads that are the fusion learn from the fused loss only. The report holds, per modality,
/// <c>score</c>, its head's accuracy in the batch (for other tasks than classification, its mean confidence in the truth), in
/// [0, 1], NaN for a modality that no sample of the batch has; <c>coefficient</c>, the factor on its encoder's gradient without
/// <see cref="CGGMOptions.Rho"/>; and, with output layers, <c>cosine</c>, that of its head's output weights and the fusion's.
/// </remarks>
public sealed class CGGM : GradientStrategy
{
    private const string ScoresState = "scores";
    private const string DirectionState = "direction";

    // The published code's, against a division by zero.
    private const double Epsilon = 1e-8;

    private readonly CGGMOptions _options;
    private readonly CGGMOutputLayers? _outputLayers;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">Defaults to the settings of the published code for CMU-MOSI.</param>
    /// <param name="outputLayers">The output layers of the fusion and the heads, for the gradient's direction;
    /// <see langword="null"/>, the default, to modulate its length only.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public CGGM(CGGMOptions? options = null, CGGMOutputLayers? outputLayers = null)
    {
        _options = options ?? new CGGMOptions();
        _options.Check();
        _outputLayers = outputLayers;
    }

    /// <inheritdoc/>
    protected override object Options => _options;

    /// <inheritdoc/>
    public override StrategyRequirements Requirements => StrategyRequirements.UnimodalHeads;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return _outputLayers?.Findings(plan) ?? [];
    }

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Encode();
        var loss = step.TaskLoss();
        var scores = Scores(step);
        var coefficients = Coefficients(scores);
        var cotangents = step.BackwardTop(loss);
        UnusedHeads.Learn(step, step.UnimodalLossSum);
        for (int m = 0; m < step.ModalityCount; m++)
        {
            step.BackwardEncoder(m, cotangents[m] is { } cotangent
                ? cotangent * (_options.Rho * coefficients[m]).to(cotangent.dtype) : null);
        }

        var report = new StepReport(loss, loss).Add("score", scores).Add("coefficient", coefficients);
        return _outputLayers is null ? report : report.Add("cosine", Direct(step, _outputLayers, coefficients));
    }

    /// <summary>B_m = (D - d_m) / D, d_m the gain of a score since the last step and D the sum of all gains. The first
    /// step counts from zero. Remembers the scores.</summary>
    private Tensor Coefficients(Tensor scores)
    {
        using var noGrad = no_grad();
        var last = State.GetOrAdd(ScoresState, () => zeros_like(scores));

        // A modality that no sample has keeps its score, and gains nothing.
        var present = where(scores.isnan(), last, scores);
        var gains = present - last;
        last.copy_(present);
        var sum = gains.sum() + Epsilon;
        return ((sum - gains) / sum).clamp(-_options.Limit, _options.Limit);
    }

    /// <summary>Adds Lambda times the gradient of last step's L_gm to the fusion's output weights, and remembers that of this
    /// step's: L_gm = 1/M (sum_m |B_m| - sum_m B_m cos(W_m, W)).</summary>
    /// <returns>The cosines, [M].</returns>
    private Tensor Direct(TrainingStep step, CGGMOutputLayers layers, Tensor coefficients)
    {
        using var noGrad = no_grad();
        var fusion = layers.Fusion;
        var direction = State.GetOrAdd(DirectionState, () => zeros_like(fusion));
        if (fusion.grad is { } gradient)
        {
            // Every process adds its share of a sum.
            gradient.add_(direction, _options.Lambda / step.Processes.Size);
        }

        var unit = fusion / fusion.norm();
        Tensor[] heads = [.. layers.Heads.Select(head => head / head.norm())];
        var cosines = stack([.. heads.Select(head => (head * unit).sum())]);
        var weights = coefficients.to(fusion.dtype);
        var slopes = heads.Select((head, m) => weights[m] * (head - (cosines[m] * unit)) / fusion.norm());
        direction.copy_(slopes.Aggregate((sum, slope) => sum + slope).div(-heads.Length));
        return cosines;
    }

    /// <summary>The score of every head, [M], double; NaN for a modality that no sample has.</summary>
    private static Tensor Scores(TrainingStep step)
    {
        using var noGrad = no_grad();
        return stack([.. Enumerable.Range(0, step.ModalityCount).Select(m => step.SamplesWith(m) == 0
            ? full([], double.NaN, ScalarType.Float64, step.Batch.Targets.device)
            : step.Mean(Scores(step.Task, step.PredictUnimodal(m), step.Batch.Targets), m).to(ScalarType.Float64))]);
    }

    private static Tensor Scores(LearningTask task, Tensor prediction, Tensor targets) => task is ClassificationTask
        ? prediction.argmax(1).eq(targets).to(prediction.dtype)
        : task.ConfidencePerSample(prediction, targets);
}

/// <summary>The output layers of a model, whose weights <see cref="CGGM"/> compares.</summary>
/// <param name="Fusion">The weight of the fusion's output layer.</param>
/// <param name="Heads">The weight of each head's output layer, of the same shape.</param>
public sealed record CGGMOutputLayers(Parameter Fusion, IReadOnlyList<Parameter> Heads)
{
    internal IEnumerable<string> Findings(TrainingPlan plan)
    {
        if (Heads.Count != plan.Modalities)
        {
            yield return $"CGGM's output layers must hold one head per modality, {plan.Modalities}, but hold {Heads.Count}.";
        }

        foreach (var (m, head) in Heads.Index().Where(entry => !entry.Item.shape.SequenceEqual(Fusion.shape)))
        {
            yield return $"CGGM's output layers must have one shape, but that of the fusion is {Fusion.Describe()} and that of head "
                + $"{m} {head.Describe()}.";
        }

        var shared = plan.Model.SharedParameters().Select(parameter => parameter.Handle).ToHashSet();
        if (Heads.Append(Fusion).Any(layer => !shared.Contains(layer.Handle)))
        {
            yield return "CGGM's output layers must be parameters of the model that is trained, but one of them is not.";
        }
    }
}

/// <summary>The settings of CGGM (Guo et al., NeurIPS 2024).</summary>
public sealed record CGGMOptions
{
    /// <summary>The factor on the encoders' gradients, finite and above 0. Defaults to 1.3, as in the published code for CMU-MOSI,
    /// IEMOCAP and Food 101; 1 for BraTS.</summary>
    public double Rho { get; init; } = 1.3;

    /// <summary>The weight of the direction, finite and at least 0. Has an effect with output layers only. Defaults to 0.2, as in
    /// the published code for CMU-MOSI and IEMOCAP; 0.05 for Food 101, 0.1 for BraTS.</summary>
    public double Lambda { get; init; } = 0.2;

    /// <summary>The largest absolute value of a coefficient, above 0. Defaults to infinity, as published: where the gains of
    /// several modalities cancel, coefficients then grow without bound. The published code clips the whole gradient to the length
    /// 0.8 (<c>TrainerOptions.MaxGradientNorm</c>).</summary>
    public double Limit { get; init; } = double.PositiveInfinity;

    internal void Check()
    {
        Require.Positive(Rho);
        Require.NonNegative(Lambda);
        if (!(Limit > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(Limit), $"Limit must be above 0, but is {Limit}.");
        }
    }
}
