using System.Globalization;
using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// Modality-specific early stopping (MSES; Fujimori et al., ACPR 2019): the network learns from the fused loss and all unimodal
/// losses. A modality whose validation loss has not fallen for some epochs takes back its best encoder and head and learns no
/// more.
/// </summary>
/// <remarks>Only the paper's abstract could be read: weights of the losses are this library's, patience and restoring follow the
/// re-implementation in the published code of AGM. Fusion moves on after a modality's best epoch, so that taking weights back can
/// lower the fused score for some epochs. The report holds <c>learns</c>, 1 per modality that still learns, else 0.</remarks>
public sealed class MSES : GradientStrategy
{
    private readonly MSESOptions _options;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public MSES(MSESOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _options = options;
    }

    /// <inheritdoc/>
    protected override object Options => _options;

    /// <inheritdoc/>
    public override StrategyRequirements Requirements => StrategyRequirements.UnimodalHeads | StrategyRequirements.Validation;

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        bool[] learns = [.. Enumerable.Range(0, step.ModalityCount).Select(m => !HasStopped(m))];
        step.Encode(m => learns[m] ? EncoderUse.Learn : EncoderUse.Forward, freezeOthers: true);
        var task = step.TaskLoss();
        var loss = Enumerable.Range(0, step.ModalityCount).Where(m => learns[m])
            .Aggregate(task, (sum, m) => sum + step.UnimodalLoss(m));
        var cotangents = step.BackwardTop(loss);
        for (int m = 0; m < step.ModalityCount; m++)
        {
            if (learns[m])
            {
                step.BackwardEncoder(m, cotangents[m]);
                continue;
            }

            // The fused loss reaches the head of a stopped modality if the fusion uses it.
            foreach (var parameter in step.Model.HeadParameters(m))
            {
                parameter.grad = null;
            }
        }

        return new StepReport(loss, task).Add("learns", [.. learns.Select(learning => learning ? 1.0 : 0.0)]);
    }

    /// <summary>Stops the modalities whose loss has not fallen for longer than the patience, and the run when all have
    /// stopped.</summary>
    /// <inheritdoc/>
    public override void OnEpochEnd(EpochContext epoch, EvaluationResult? validation)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        var losses = validation?.Unimodal
            ?? throw new ArgumentException("MSES needs the validation scores of unimodal heads, but was given none.", nameof(validation));
        for (int m = 0; m < losses.Count; m++)
        {
            var decision = Decide(m, epoch.Epoch, losses[m].Loss);
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            foreach (var (name, value) in Part(epoch, m))
            {
                var best = State.GetOrAdd($"best_{m}/{name}", value.detach, changesInSteps: false);
                _ = decision == Decision.Improved ? best.copy_(value) : null;
                _ = decision == Decision.Stops && _options.Restore ? value.copy_(best) : null;
            }
        }

        if (Enumerable.Range(0, losses.Count).All(HasStopped))
        {
            epoch.Stop(string.Create(CultureInfo.InvariantCulture,
                $"No modality's validation loss has fallen within {_options.Patience} epochs."));
        }
    }

    /// <summary>The decision that follows from a modality's validation loss after an epoch.</summary>
    internal Decision Decide(int modality, int epoch, double loss)
    {
        string lastName = $"last_{modality}", bestName = $"best_loss_{modality}", bestEpochName = $"best_epoch_{modality}";
        var (last, best, bestEpoch) = (Known(lastName), Known(bestName), Known(bestEpochName) ?? -1);
        if (HasStopped(modality))
        {
            return Decision.None;
        }

        // A validation set without the modality has the loss NaN, which is no improvement.
        double smoothed = last is { } before ? ((1 - _options.Smoothing) * before) + (_options.Smoothing * loss) : loss;
        if (double.IsFinite(loss))
        {
            State[lastName] = loss;
        }

        if (double.IsFinite(smoothed) && !(smoothed >= best))
        {
            (State[bestName], State[bestEpochName]) = (smoothed, epoch);
            return Decision.Improved;
        }

        if (epoch - bestEpoch <= _options.Patience)
        {
            return Decision.None;
        }

        State[$"stopped_{modality}"] = epoch;
        return Decision.Stops;
    }

    /// <summary>The decision about a modality after an epoch.</summary>
    internal enum Decision
    {
        None,
        Improved,
        Stops,
    }

    private bool HasStopped(int modality) => Known($"stopped_{modality}") is not null;

    private double? Known(string name) => State.Contains(name) ? State[name] : null;

    /// <summary>The parameters and buffers of a modality's encoder and head.</summary>
    private static IEnumerable<(string Name, Tensor Value)> Part(EpochContext epoch, int modality) =>
    [
        .. epoch.Model.Encoder(modality).state_dict().Select(entry => ($"encoder.{entry.Key}", entry.Value)),
        .. epoch.Model.HeadParameters(modality).Select((parameter, i) => ($"head.{i}", (Tensor)parameter)),
    ];
}

/// <summary>The settings of MSES (Fujimori et al., ACPR 2019).</summary>
public sealed record MSESOptions
{
    /// <summary>The number of epochs without a lower validation loss after which a modality still learns, at least 0. It has no
    /// default. The re-implementation uses 30 for UR-FUNNY and 80 for CREMA-D.</summary>
    public required int Patience { get; init; }

    /// <summary>The weight of the newest of two successive losses, in (0, 1]. Defaults to 1, no smoothing; the re-implementation
    /// uses 0.4.</summary>
    public double Smoothing { get; init; } = 1;

    /// <summary>Whether a modality that stops takes back the weights of its best epoch. Defaults to <see langword="true"/>.
    /// </summary>
    public bool Restore { get; init; } = true;

    internal void Check()
    {
        Require.AtLeast(0, Patience);
        Require.PositiveShare(Smoothing);
    }
}
