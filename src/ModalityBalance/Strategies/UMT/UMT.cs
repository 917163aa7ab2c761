using ModalityBalance.Gradients;
using ModalityBalance.Internal;

namespace ModalityBalance.Strategies;

/// <summary>
/// Unimodal teachers (UMT; Du et al., ICML 2023): every parameter learns from the task, and every encoder also from the
/// features of its teacher, by the mean squared error over features.
/// </summary>
/// <remarks>The report holds <c>distillation_loss</c>, the mean squared error of each modality without its weight.</remarks>
public sealed class UMT : GradientStrategy
{
    private readonly UMTOptions _options;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">The weight of the distillation.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public UMT(UMTOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _options = options;
    }

    /// <inheritdoc/>
    protected override object Options => _options;

    /// <inheritdoc/>
    public override StrategyRequirements Requirements => StrategyRequirements.Teachers;

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Encode();
        var task = step.TaskLoss();
        var distances = Enumerable.Range(0, step.ModalityCount)
            .Select(m => FeatureDistillation.MeanSquaredError(step, m)).ToArray();
        var loss = distances.Aggregate(task, (sum, distance) => sum + (_options.Weight * distance));
        step.Backward(loss);
        return new StepReport(loss, task).Add("distillation_loss", distances);
    }
}

/// <summary>The settings of <see cref="UMT"/>.</summary>
public sealed record UMTOptions
{
    /// <summary>The weight of each modality's feature distillation, finite and at least 0. It has no default: the paper's
    /// value depends on the task. G2D's comparison with UMT uses 1, BalanceBenchmark uses 10.</summary>
    public required double Weight { get; init; }

    internal void Check() => Require.NonNegative(Weight);
}
