using ModalityBalance.Strategies;

namespace ModalityBalance.Training;

/// <summary>
/// Runs a strategy's step so that a failure leaves the model as it was: buffers (batch statistics) are put back and
/// gradients cleared when the strategy throws or the loss is not finite. Costs a copy of the buffers and one read of
/// the loss per step.
/// </summary>
public sealed class StepGuard : IDisposable
{
    private readonly IMultimodalModel _model;
    private readonly BufferCopy _buffers;

    /// <summary>A guard for a model on its final device.</summary>
    /// <param name="model">The network; moving it afterwards makes the guard useless.</param>
    public StepGuard(IMultimodalModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _buffers = new BufferCopy(model.Root);
    }

    /// <summary>Lets the strategy compute its gradients.</summary>
    /// <param name="strategy">The strategy.</param>
    /// <param name="step">A step of the guard's model.</param>
    /// <returns>The strategy's report, with a finite loss.</returns>
    /// <exception cref="NonFiniteLossException">The loss is NaN or infinite.</exception>
    public StepReport ComputeGradients(IGradientStrategy strategy, TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        ArgumentNullException.ThrowIfNull(step);
        _buffers.Take();
        try
        {
            var report = strategy.ComputeGradients(step);
            return double.IsFinite(report.Loss) ? report : throw NotFinite(strategy, step, report);
        }
        catch
        {
            _buffers.PutBack();
            _model.Root.zero_grad();
            throw;
        }
    }

    /// <summary>Frees the copies.</summary>
    public void Dispose() => _buffers.Dispose();

    private static NonFiniteLossException NotFinite(IGradientStrategy strategy, TrainingStep step, StepReport report)
    {
        var suspects = step.Model.Modalities
            .Where((_, m) => !step.Representations[m].isfinite().all().item<bool>())
            .Select(name => $"the representation of '{name}' is not finite").ToArray();
        string where = suspects.Length > 0 ? string.Join(", ", suspects) : "all representations are finite";
        return new NonFiniteLossException(
            $"Step {step.Index} (epoch {step.Epoch}): the loss of {strategy.Name} must be finite, but is {report.Loss} "
            + $"(task loss {report.TaskLoss}); {where}.", step.Epoch, step.Index);
    }
}
