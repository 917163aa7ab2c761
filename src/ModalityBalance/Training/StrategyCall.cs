using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>Runs a strategy and checks that it did what a strategy must do. Reads nothing from the device.</summary>
internal static class StrategyCall
{
    /// <exception cref="InvalidOperationException">No report, no gradient, or gradients that stopped at the cut.
    /// </exception>
    public static StepReport ComputeGradients(IGradientStrategy strategy, TrainingStep step)
    {
        // A strategy that encodes does so itself; one that does not must not leave the gradients of the step before.
        step.Model.Root.zero_grad();
        var report = strategy.ComputeGradients(step);
        string? fault = report is null ? "return a report, but returned null"
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
}
