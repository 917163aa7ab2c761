using ModalityBalance.Gradients;
using ModalityBalance.Internal;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// Balanced training by the conditional learning speed (CLS, also called Greedy; Wu et al., ICML 2022, arXiv 2202.05306): while
/// one modality's encoder learns much more slowly than what the network learns around it, some steps train only that encoder,
/// with the others' representations replaced by their running means.
/// </summary>
/// <remarks>The paper's network mixes modalities inside its encoders (MMTM); for any fusion, this library takes the parameters
/// outside the encoders that the fused loss reaches as what bypasses every encoder. For two modalities the slower encoder is then
/// helped. The report holds, per modality, <c>speed</c>, log10 of the bypass's speed over the encoder's, and <c>rebalancing</c>,
/// the index of the modality that the step trained by itself, or -1. From the start epoch on, every regular step reads the speeds
/// from the device, because they decide what is run next.
/// </remarks>
public sealed class CLS : GradientStrategy
{
    private readonly CLSOptions _options;
    private readonly RebalancingWindow _window;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">Defaults to the settings of the published code.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public CLS(CLSOptions? options = null)
    {
        _options = options ?? new CLSOptions();
        _options.Check();
        _window = new RebalancingWindow(_options, State);
    }

    /// <inheritdoc/>
    protected override object Options => _options;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan.Modalities > 2 && !_options.ManyModalities
            ? [$"CLS is defined for two modalities, but the model has {plan.Modalities}: set ManyModalities for this library's "
                + "generalization."]
            : [];
    }

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        int? rebalanced = _options.Guidance == CLSGuidance.Speeds ? _window.Rebalanced : Draw(step);
        if (rebalanced is { } waiting && step.SamplesWith(waiting) == 0)
        {
            rebalanced = null; // the window waits for a batch that has the modality
        }

        var loss = rebalanced is { } modality ? Rebalance(step, modality) : TrainJointly(step);
        var sums = Sums(step);
        if (_options.Guidance == CLSGuidance.Speeds)
        {
            if (rebalanced is not null)
            {
                _window.EndRebalancing();
            }
            else if (_window.Rebalanced is null && step.Epoch >= _options.StartEpoch)
            {
                _window.Decide(ReadSpeeds(sums.Main, sums.Bypass));
            }
        }

        return new StepReport(loss, loss).Add("speed", Speeds(sums.Main, sums.Bypass)).Add("rebalancing", rebalanced ?? -1);
    }

    /// <summary>log10(B_m / A_m), [M]: the sums of the bypass's squared relative gradients over those of the encoder. NaN for an
    /// encoder or bypass that has not learned.</summary>
    internal static Tensor Speeds(Tensor main, Tensor bypass)
    {
        var speeds = (bypass / main).log10();
        return where(speeds.isfinite(), speeds, full_like(speeds, double.NaN));
    }

    private static double[] ReadSpeeds(Tensor main, Tensor bypass) =>
        Speeds(main, bypass).cpu().data<double>().ToArray();

    private Tensor TrainJointly(TrainingStep step)
    {
        step.Encode();
        var loss = step.TaskLoss();
        step.Backward(loss);
        step.SumGradients();
        using var noGrad = no_grad();
        for (int m = 0; m < step.ModalityCount; m++)
        {
            Observe(step, m);
        }

        return loss;
    }

    /// <summary>The loss of the network in which only one modality is alive; the others say what they say on average.</summary>
    private Tensor Rebalance(TrainingStep step, int modality)
    {
        step.Encode(m => m == modality ? EncoderUse.Learn : EncoderUse.Skip);
        var representations = step.Representations.Select((z, m) => Mean(z, m).expand_as(z)).ToArray();
        representations[modality] = step.Representations[modality];
        var loss = step.Mean(step.TaskLosses(step.Predict(representations, present: null)), modality);
        step.BackwardEncoder(modality, step.BackwardTop(loss)[modality]);
        return loss;
    }

    /// <summary>Adds a regular step to the sums of squared relative gradients and to the running mean of the representations.
    /// </summary>
    private void Observe(TrainingStep step, int modality)
    {
        if (step.SamplesWith(modality) == 0)
        {
            return;
        }

        var (main, bypass, steps) = Sums(step);
        main[modality].add_(RelativeGradient(step.Model.EncoderParameters(modality), main.device));
        bypass[modality].add_(RelativeGradient(step.Model.SharedParameters(), bypass.device));

        var mean = Mean(step.Representations[modality], modality);
        var count = steps[modality].add_(1);
        mean.add_((step.MeanRepresentation(modality).unsqueeze(0).to(mean.dtype) - mean) / count.to(mean.dtype));
    }

    /// <summary>|gradient|^2 / |weights|^2 over all parameters that learned, in double.</summary>
    private static Tensor RelativeGradient(IEnumerable<Parameter> parameters, Device device)
    {
        var learned = parameters.Select(parameter => (Weights: parameter.detach(), Gradient: parameter.grad))
            .Where(pair => pair.Gradient is not null).ToArray();
        return learned.Length == 0
            ? zeros([], ScalarType.Float64, device)
            : SquaredLength(learned.Select(pair => pair.Gradient!)) / SquaredLength(learned.Select(pair => pair.Weights));
    }

    private static Tensor SquaredLength(IEnumerable<Tensor> tensors) =>
        stack([.. tensors.Select(values => values.to(ScalarType.Float64).square().sum())]).sum();

    /// <summary>A_m, B_m and the number of regular steps of each modality, [M].</summary>
    private (Tensor Main, Tensor Bypass, Tensor Steps) Sums(TrainingStep step)
    {
        var device = step.Batch.Targets.device;
        return (State.GetOrAdd("main", Zeros), State.GetOrAdd("bypass", Zeros), State.GetOrAdd("steps", Zeros));

        Tensor Zeros() => zeros(step.ModalityCount, ScalarType.Float64, device);
    }

    /// <summary>The running mean representation, [1, ...].</summary>
    private Tensor Mean(Tensor z, int modality)
    {
        var mean = State.GetOrAdd($"mean_{modality}", () => zeros([1, .. z.shape[1..]], z.dtype, z.device));
        return mean.shape.AsSpan(1).SequenceEqual(z.shape.AsSpan(1))
            ? mean
            : throw new InvalidOperationException(
                $"CLS needs representations of one shape to average, but those of modality {modality} have shape {z.Describe()} "
                + $"where the mean of earlier batches has {mean.Describe()}.");
    }

    /// <summary>No modality or one of them, each as likely as the other.</summary>
    private int? Draw(TrainingStep step)
    {
        if (step.Epoch < _options.StartEpoch)
        {
            return null;
        }

        long[] shape = [1];
        long drawn = step.Draw(() => randint(step.ModalityCount + 1, shape).to(ScalarType.Int64), shape, ScalarType.Int64, CPU)
            .item<long>();
        return drawn == step.ModalityCount ? null : (int)drawn;
    }
}

/// <summary>The modality that the next steps train by itself. Kept in the strategy's state.</summary>
internal sealed class RebalancingWindow(CLSOptions options, StateDict state)
{
    private const string Modality = "rebalanced";
    private const string Left = "steps_left";

    /// <summary>The modality that the next step trains by itself, or null for a regular step.</summary>
    public int? Rebalanced
    {
        get
        {
            var (modality, left) = state.Contains(Modality) ? (state[Modality], state[Left]) : (-1, 0);
            return left > 0 ? (int)modality : null;
        }
    }

    /// <summary>Opens a window for the modality of the highest speed, if the speeds differ by more than the tolerance.</summary>
    public void Decide(IReadOnlyList<double> speeds)
    {
        var known = speeds.Index().Where(entry => double.IsFinite(entry.Item)).ToArray();
        if (known.Length >= 2 && known.Max(entry => entry.Item) - known.Min(entry => entry.Item) > options.Tolerance)
        {
            (state[Modality], state[Left]) = (known.MaxBy(entry => entry.Item).Index, options.Window);
        }
    }

    /// <summary>Counts a step that trained only the modality.</summary>
    public void EndRebalancing() => state[Left]--;
}
