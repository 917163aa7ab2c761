using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Training;

namespace AudioVisualDigits.Experiments;

/// <summary>Short trainings before a run, from which some strategies take their settings. They see the training split alone.
/// </summary>
/// <param name="data">The data of the run.</param>
/// <param name="settings">How the run is trained.</param>
/// <param name="fusion">The network's fusion.</param>
/// <param name="seed">Which samples are held out, and the order of the others.</param>
/// <param name="cancellation">Ends the trials.</param>
internal sealed class Trials(
    DigitData data, RunSettings settings, FusionEntry fusion, int seed, CancellationToken cancellation)
{
    /// <summary>The share of the training split that is held out where a strategy needs it and no validation is asked for.</summary>
    public const double HeldOutShare = 0.1;

    /// <summary>Gets what strategies may depend on, measured when first asked for.</summary>
    /// <param name="model">The network, with its initial weights. It stays as it is.</param>
    public StrategyContext Context(MultimodalModel model) => new(settings)
    {
        StarvationOrder = new(() => Starvation(model).Order),
        BlendingWeights = new(() => Blending(model)),
    };

    private StarvationEstimate Starvation(MultimodalModel model)
    {
        var (train, heldOut) = Split();
        return new StarvationEstimator(Build, DigitData.Task, Shortened(3), train, heldOut).Estimate(model);
    }

    private IReadOnlyList<double> Blending(MultimodalModel model)
    {
        var (train, heldOut) = Split();
        return new GradientBlendingEstimator(Build, DigitData.Task, Shortened(6), train, heldOut).Estimate(model);
    }

    private TrainerOptions Shortened(int factor) =>
        settings.ToTrainerOptions([]) with { Epochs = Math.Max(1, settings.Epochs / factor) };

    private MultimodalModel Build() => DigitModel.Build(fusion, settings.ToType());

    private (IBatchSource Train, IBatchSource HeldOut) Split()
    {
        cancellation.ThrowIfCancellationRequested();
        var (kept, rest) = data.HoldOut(HeldOutShare, seed);
        return (rest.Shuffled((int)Math.Min(settings.BatchSize, rest.Count), seed), kept.InOrder((int)kept.Count));
    }
}
