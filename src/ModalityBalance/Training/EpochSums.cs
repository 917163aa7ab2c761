using System.Diagnostics;
using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>What has happened so far in the epoch under way. The losses are summed on their device, so that nothing is
/// read before the end.</summary>
internal sealed class EpochSums(Device device) : IDisposable
{
    private readonly Tensor _lossSum = zeros(1, dtype: ScalarType.Float64, device: device).DetachFromDisposeScope();
    private readonly Stopwatch _clock = new();
    private TimeSpan _timeBefore;
    private long _losses;
    private int _skipped;
    private EncoderPasses _passes;

    /// <summary>Batches that were pulled.</summary>
    public long Batches { get; private set; }

    /// <summary>Whether there were steps, and none of them good.</summary>
    public bool AllSkipped => _skipped > 0 && _losses == 0;

    /// <summary>Runs the clock until the result is disposed.</summary>
    public IDisposable Time()
    {
        _clock.Start();
        return new ClockStop(_clock);
    }

    /// <summary>Counts a step.</summary>
    /// <param name="loss">A scalar on the device; null for a step that was skipped.</param>
    /// <param name="passes">What it cost.</param>
    /// <param name="batches">How many batches it used.</param>
    public void Add(Tensor? loss, EncoderPasses passes, int batches)
    {
        if (loss is null)
        {
            _skipped++;
        }
        else
        {
            _lossSum.add_(loss);
            _losses++;
        }

        _passes += passes;
        Batches += batches;
    }

    /// <summary>Everything so far; reads the device.</summary>
    public EpochSumValues Read() => new(
        _lossSum.item<double>(), _losses, _skipped, _passes, _timeBefore + _clock.Elapsed, Batches);

    /// <summary>The epoch in numbers.</summary>
    public EpochSummary Summary(int epoch, EvaluationResult? validation)
    {
        var sums = Read();
        return new EpochSummary(
            epoch, sums.LossSum / sums.Losses, sums.Time, sums.SkippedSteps, sums.Passes, validation);
    }

    /// <summary>Goes on from what was read before.</summary>
    public void Restore(EpochSumValues values)
    {
        _lossSum.fill_(values.LossSum);
        _clock.Reset();
        _timeBefore = values.Time;
        (_losses, _skipped, _passes, Batches) = (values.Losses, values.SkippedSteps, values.Passes, values.Batches);
    }

    public void Dispose() => _lossSum.Dispose();

    private sealed class ClockStop(Stopwatch clock) : IDisposable
    {
        public void Dispose() => clock.Stop();
    }
}

/// <summary>The sums of an epoch in numbers.</summary>
/// <param name="LossSum">Of the steps that were not skipped.</param>
/// <param name="Losses">How many these are.</param>
/// <param name="SkippedSteps">Steps left out.</param>
/// <param name="Passes">Encoder passes.</param>
/// <param name="Time">In steps.</param>
/// <param name="Batches">Batches that were pulled.</param>
internal sealed record EpochSumValues(
    double LossSum, long Losses, int SkippedSteps, EncoderPasses Passes, TimeSpan Time, long Batches)
{
    /// <summary>An epoch that has not begun.</summary>
    public static readonly EpochSumValues None = new(0, 0, 0, default, TimeSpan.Zero, 0);
}
