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
/// gradients cleared when the strategy throws or when the loss, a gradient or a buffer is not finite. The strategy's state is
/// rolled back too. Costs a copy of the buffers, one pass over the gradients and one read from the device per step.
/// </summary>
internal sealed class StepGuard : IDisposable
{
    private readonly IMultimodalModel _model;
    private readonly BufferCopy _buffers;
    private readonly (string Name, Parameter[] Parameters)[] _parts;
    private readonly (string Name, Tensor[] Buffers)[] _statistics;

    /// <summary>A guard for a model on its final device.</summary>
    /// <param name="model">The network; moving it, or giving it other parameters, afterwards makes the guard useless.
    /// </param>
    public StepGuard(IMultimodalModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _buffers = new BufferCopy(model.Root);
        _parts = ModelParts.Of(model);
        _statistics = Statistics(model);
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
            var report = Run(strategy, step);
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

    /// <summary>Runs a strategy and checks that it did what a strategy must do. Reads nothing from the device.</summary>
    /// <exception cref="InvalidOperationException">No report, no gradient, or gradients that stopped at the cut.
    /// </exception>
    public static StepReport Run(IGradientStrategy strategy, TrainingStep step)
    {
        // A strategy that encodes does so itself; one that does not must not leave the gradients of the step before.
        step.Model.Root.zero_grad();
        var report = strategy.ComputeGradients(step);
        if (report is { IsSkipped: false })
        {
            step.SumGradients();
            step.ShareBuffers();
        }

        string? fault = report is null ? "return a report, but returned null"
            : report.IsSkipped ? null
            : StoppedAtCut(step)
                ? "lead gradients into the encoders, but they stopped at the representations: use step.Backward or "
                    + "step.BackwardEncoder, or step.BackwardTop if no encoder is to learn"
            : step.Model.Root.parameters().Any(HasGradient) ? null
            : "leave a gradient on at least one parameter, but left none";
        return fault is null
            ? report!
            : throw new InvalidOperationException(
                $"Step {step.Index} (epoch {step.Epoch}): strategy {strategy.Name} must {fault}.");
    }

    private void Check(IGradientStrategy strategy, TrainingStep step, StepReport report)
    {
        if (report.IsSkipped)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var device = report.DeviceLoss.device;
        // A sum of zeros is NaN if any buffer is not finite, and does not overflow as a length would.
        Tensor[] lengths =
        [
            .. _parts.Select(part => GradientClipping.Norm(GradientClipping.Of(part.Parameters), device)),
            .. _statistics.Select(part => (cat(part.Buffers.Select(Flat).ToArray(), 0) * 0).sum().to(device)),
        ];
        double[] numbers = new DeviceNumbers("The step", [report.DeviceLoss, .. lengths]).Read().ToArray();
        string where = $"Step {step.Index} (epoch {step.Epoch}): ";
        if (!double.IsFinite(numbers[0]))
        {
            throw new NonFiniteException(where + Loss(strategy, step, report), step.Epoch, step.Index);
        }

        string[] broken = [.. _parts.Select(part => part.Name).Zip(numbers.Skip(1))
            .Where(part => !double.IsFinite(part.Second)).Select(part => part.First)];
        if (broken.Length > 0)
        {
            throw new NonFiniteException(
                string.Create(CultureInfo.InvariantCulture, $"{where}the gradients of {strategy.Name} must be finite, but "
                    + $"those of {string.Join(" and ", broken)} are not (loss {numbers[0]})."), step.Epoch, step.Index);
        }

        broken = [.. _statistics.Select(part => part.Name).Zip(numbers.Skip(1 + _parts.Length))
            .Where(part => !double.IsFinite(part.Second)).Select(part => part.First)];
        if (broken.Length > 0)
        {
            throw new NonFiniteException(
                $"{where}the buffers of {string.Join(" and ", broken)} must stay finite, but the step made them NaN or "
                + "infinite. Batch normalization needs more than one value per channel: drop a last partial batch "
                + "(dropLast), or use larger batches.", step.Epoch, step.Index);
        }
    }

    /// <summary>Whether a loss was differentiated past the step's own methods, so that no encoder learns.</summary>
    private static bool StoppedAtCut(TrainingStep step)
    {
        if (step.Passes.Forwards == 0 || !step.Representations.Any(HasGradient))
        {
            return false;
        }

        var encoders = Enumerable.Range(0, step.ModalityCount).SelectMany(step.Model.EncoderParameters)
            .Where(parameter => parameter.requires_grad).ToArray();
        return encoders.Length > 0 && !encoders.Any(HasGradient);
    }

    private static bool HasGradient(Tensor leaf)
    {
        using var gradient = leaf.grad;
        return gradient is not null;
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

    /// <summary>The floating-point buffers of each part that are finite now.</summary>
    private static (string Name, Tensor[] Buffers)[] Statistics(IMultimodalModel model)
    {
        var encoders = model.Modalities.Select((name, m) =>
            (Name: $"the encoder of '{name}'", Buffers: model.Encoder(m).buffers().ToArray())).ToArray();
        var handles = encoders.SelectMany(part => part.Buffers).Select(buffer => buffer.Handle).ToHashSet();
        var rest = model.Root.buffers().Where(buffer => !handles.Contains(buffer.Handle)).ToArray();
        return [.. encoders.Append(("fusion and heads", rest))
            .Select(part => (part.Item1, part.Item2.Where(b => b.is_floating_point() && IsFinite(b)).ToArray()))
            .Where(part => part.Item2.Length > 0)];
    }

    private static Tensor Flat(Tensor buffer) => buffer.dim() == 1 ? buffer : buffer.flatten();

    private static bool IsFinite(Tensor values) => values.isfinite().all().item<bool>();
}
