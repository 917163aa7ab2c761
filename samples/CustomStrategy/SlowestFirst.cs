using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using static TorchSharp.torch;

namespace CustomStrategy;

/// <summary>The settings of <see cref="SlowestFirst"/>.</summary>
public sealed record SlowestFirstOptions
{
    /// <summary>How strongly the weights lean to the modality with the highest loss, at least 0. Defaults to 1.</summary>
    public double Lean { get; init; } = 1;

    /// <summary>The share of the past in the running losses, in [0, 1). Defaults to 0.9.</summary>
    public double Memory { get; init; } = 0.9;
}

/// <summary>
/// Every encoder learns from the fused loss and from its modality's own, with a weight that is higher the further the modality
/// is behind: w_m = M l_m^lean / sum of l_k^lean, l_m being the running mean of its own loss.
/// </summary>
public sealed class SlowestFirst : GradientStrategy
{
    private readonly SlowestFirstOptions _options;

    public SlowestFirst(SlowestFirstOptions options)
    {
        if (!(options.Lean >= 0 && double.IsFinite(options.Lean)))
        {
            throw new ArgumentException($"Lean must be finite and at least 0, but is {options.Lean}.", nameof(options));
        }

        if (!(options.Memory >= 0 && options.Memory < 1))
        {
            throw new ArgumentException($"Memory must lie in [0, 1), but is {options.Memory}.", nameof(options));
        }

        _options = options;
    }

    // The model must have a head per modality. The trainer refuses one without before the first step.
    public override StrategyRequirements Requirements => StrategyRequirements.UnimodalHeads;

    // Part of the description, so that a run is only resumed with the settings with which it was begun.
    protected override object Options => _options;

    public override StepReport ComputeGradients(TrainingStep step)
    {
        step.Encode();
        var fused = step.TaskLoss();
        var own = stack([.. Enumerable.Range(0, step.ModalityCount).Select(step.UnimodalLoss)]);

        var weights = Weights(own.detach());
        var loss = fused + (weights * own).sum();
        step.Backward(loss);

        // Named figures show up in logs. They stay on the device until somebody reads them.
        return new StepReport(loss, fused).Add("weight", weights);
    }

    private Tensor Weights(Tensor own)
    {
        // What is in State outlives the step's dispose scope, goes into checkpoints, and is rolled back when a step fails.
        var running = State.GetOrAdd("running_losses", () => own);
        running.copy_((_options.Memory * running) + ((1 - _options.Memory) * own));
        var behind = running.pow(_options.Lean);
        return own.shape[0] * behind / behind.sum();
    }
}
