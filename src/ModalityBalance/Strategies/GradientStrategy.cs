using System.Text.Json;
using System.Text.Json.Serialization;
using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;

namespace ModalityBalance.Strategies;

/// <summary>The base class of strategies: every optional member of <see cref="IGradientStrategy"/> does nothing.</summary>
/// <example>
/// Every parameter learns from the fused loss and, half as much, from each modality's own:
/// <code>
/// public sealed class HalfUniform : GradientStrategy
/// {
///     public override StrategyRequirements Requirements => StrategyRequirements.UnimodalHeads;
///
///     public override StepReport ComputeGradients(TrainingStep step)
///     {
///         step.Encode();
///         var task = step.TaskLoss();
///         var loss = task + (0.5 * step.UnimodalLossSum());
///         step.Backward(loss);
///         return new StepReport(loss, task);
///     }
/// }
/// </code>
/// </example>
public abstract class GradientStrategy : IGradientStrategy, IDisposable
{
    private static readonly JsonSerializerOptions Format = new() { Converters = { new JsonStringEnumConverter() } };

    /// <inheritdoc/>
    /// <remarks>Defaults to the name of the class.</remarks>
    public virtual string Name => GetType().Name;

    /// <inheritdoc/>
    /// <remarks>The name, followed by <see cref="Options"/> as JSON if there are any.</remarks>
    public virtual string Description =>
        Options is { } options ? $"{Name} {JsonSerializer.Serialize(options, options.GetType(), Format)}" : Name;

    /// <summary>The settings that tell runs apart, an object that can be serialized as JSON. Defaults to none.</summary>
    protected virtual object? Options => null;

    /// <inheritdoc/>
    public virtual StrategyRequirements Requirements => StrategyRequirements.None;

    /// <inheritdoc/>
    public StateDict State { get; } = new();

    /// <inheritdoc/>
    public abstract StepReport ComputeGradients(TrainingStep step);

    /// <inheritdoc/>
    public virtual int TurnsPerBatch(int modalityCount) => 1;

    /// <inheritdoc/>
    public virtual double LearningRateScale(int? modality) => 1;

    /// <inheritdoc/>
    public virtual void OnEpochStart(EpochContext epoch)
    {
    }

    /// <inheritdoc/>
    public virtual void OnEpochEnd(EpochContext epoch, EvaluationResult? validation)
    {
    }

    /// <inheritdoc/>
    public virtual IEnumerable<string> Validate(TrainingPlan plan) => [];

    /// <inheritdoc/>
    public virtual IEnumerable<string> GetWarnings() => [];

    /// <summary>Frees and forgets the state.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the strategy owns.</summary>
    /// <param name="disposing">Whether called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            State.Dispose();
        }
    }
}
