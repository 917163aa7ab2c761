using System.Globalization;
using ModalityBalance.Gradients;
using ModalityBalance.Internal;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>
/// Runs a strategy's step so that a failure leaves the model as it was: buffers (batch statistics) are put back and
/// gradients cleared when the strategy throws or when the loss or a gradient is not finite. Costs a copy of the buffers,
/// one pass over the gradients and one read from the device per step.
/// </summary>
public sealed class StepGuard : IDisposable
{
    private readonly IMultimodalModel _model;
    private readonly BufferCopy _buffers;
    private readonly (string Name, Parameter[] Parameters)[] _parts;

    /// <summary>A guard for a model on its final device.</summary>
    /// <param name="model">The network; moving it, or giving it other parameters, afterwards makes the guard useless.
    /// </param>
    public StepGuard(IMultimodalModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _buffers = new BufferCopy(model.Root);
        _parts = ModelParts.Of(model);
    }

    /// <summary>Lets the strategy compute its gradients.</summary>
    /// <param name="strategy">The strategy.</param>
    /// <param name="step">A step of the guard's model.</param>
    /// <returns>The strategy's report, with a finite loss; the gradients are finite.</returns>
    /// <exception cref="InvalidOperationException">The strategy returned null, or left no gradient where it must.
    /// </exception>
    /// <exception cref="NonFiniteException">The loss or a gradient is NaN or infinite; the message names the step and
    /// the modality.</exception>
    public StepReport ComputeGradients(IGradientStrategy strategy, TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        ArgumentNullException.ThrowIfNull(step);
        _buffers.Take();
        strategy.State.Keep();
        try
        {
            var report = StrategyCall.ComputeGradients(strategy, step);
            Check(strategy, step, report);
            return report;
        }
        catch
        {
            _buffers.PutBack();
            strategy.State.RollBack();
            _model.Root.zero_grad();
            throw;
        }
    }

    /// <summary>Frees the copies.</summary>
    public void Dispose() => _buffers.Dispose();

    private void Check(IGradientStrategy strategy, TrainingStep step, StepReport report)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var lengths = _parts.Select(part => GradientClipping.Norm(
            GradientClipping.Of(part.Parameters), report.DeviceLoss.device));
        double[] numbers = new DeviceNumbers("The step", [report.DeviceLoss, .. lengths]).Read().ToArray();
        string where = $"Step {step.Index} (epoch {step.Epoch}): ";
        if (!double.IsFinite(numbers[0]))
        {
            throw new NonFiniteException(where + Loss(strategy, step, report), step.Epoch, step.Index);
        }

        var broken = _parts.Where((_, i) => !double.IsFinite(numbers[i + 1])).Select(part => part.Name).ToArray();
        if (broken.Length > 0)
        {
            throw new NonFiniteException(
                string.Create(CultureInfo.InvariantCulture, $"{where}the gradients of {strategy.Name} must be finite, but "
                    + $"those of {string.Join(" and ", broken)} are not (loss {numbers[0]})."), step.Epoch, step.Index);
        }
    }

    private static string Loss(IGradientStrategy strategy, TrainingStep step, StepReport report)
    {
        string[] suspects =
        [
            .. step.Model.Modalities.Where((_, m) => !IsFinite(step.Representations[m]))
                .Select(name => $"the representation of '{name}' is not finite"),
            .. step.Model.Modalities.Where((_, m) => step.HasTeachers && !step.IsTeacherFinite(m))
                .Select(name => $"the teacher of '{name}' is not finite"),
        ];
        string found = suspects.Length > 0 ? string.Join(", ", suspects) : "all representations are finite";
        return string.Create(CultureInfo.InvariantCulture, $"the loss of {strategy.Name} must be finite, but is "
            + $"{report.Loss} (task loss {report.TaskLoss}); {found}.");
    }

    private static bool IsFinite(Tensor values) => values.isfinite().all().item<bool>();
}
