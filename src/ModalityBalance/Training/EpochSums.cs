using System.Diagnostics;
using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>The figures of the epoch in progress. The losses are summed on their device, so that nothing is
/// read before the end.</summary>
internal sealed class EpochSums(Device device) : IDisposable
{
    private readonly Tensor _lossSum = zeros(1, dtype: ScalarType.Float64, device: device).DetachFromDisposeScope();
    private readonly Stopwatch _clock = new();
    private TimeSpan _timeBefore;
    private long _samples;
    private int _skipped;
    private bool _stepIsSkipped;
    private EncoderPasses _passes;

    /// <summary>Batches that were pulled.</summary>
    public long Batches { get; private set; }

    /// <summary>Whether the strategy was notified of the epoch.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Whether there were steps, and none of them good.</summary>
    public bool AllSkipped => _skipped > 0 && _samples == 0;

    /// <summary>Runs the clock until the result is disposed.</summary>
    public IDisposable Time()
    {
        _clock.Start();
        return new ClockStop(_clock);
    }

    /// <summary>Counts a turn of a step.</summary>
    /// <param name="report">What the strategy did; null for a turn that is skipped because something was not finite.</param>
    /// <param name="step">The step.</param>
    public void Add(StepReport? report, TrainingStep step)
    {
        if (report is null)
        {
            _stepIsSkipped = true;
        }
        else if (!report.IsSkipped)
        {
            using var scope = NewDisposeScope();
            _lossSum.add_(report.DeviceLoss.to(ScalarType.Float64) * step.SampleCount);
            _samples += step.SampleCount;
        }

        _passes += step.Passes;
    }

    /// <summary>Adds encoder passes outside steps.</summary>
    public void Count(EncoderPasses passes) => _passes += passes;

    /// <summary>Notes that the strategy was notified of the epoch.</summary>
    public void Begin() => HasBegun = true;

    /// <summary>Counts the batches of a step whose turns are done.</summary>
    public void EndBatches(int batches)
    {
        Batches += batches;
        _skipped += _stepIsSkipped ? 1 : 0;
        _stepIsSkipped = false;
    }

    /// <summary>Everything so far; reads the device.</summary>
    public EpochSumValues Read() => new(
        _lossSum.item<double>(), _samples, _skipped, _passes, _timeBefore + _clock.Elapsed, Batches, HasBegun);

    /// <summary>The epoch in numbers.</summary>
    public EpochSummary Summary(int epoch, EvaluationResult? validation)
    {
        var sums = Read();
        return new EpochSummary(
            epoch, sums.LossSum / sums.Samples, sums.Time, sums.SkippedSteps, sums.Passes, validation);
    }

    /// <summary>Continues from sums that were read before.</summary>
    public void Restore(EpochSumValues values)
    {
        _lossSum.fill_(values.LossSum);
        _clock.Reset();
        _timeBefore = values.Time;
        (_samples, _skipped, _passes, Batches) = (values.Samples, values.SkippedSteps, values.Passes, values.Batches);
        (HasBegun, _stepIsSkipped) = (values.HasBegun, false);
    }

    public void Dispose() => _lossSum.Dispose();

    private sealed class ClockStop(Stopwatch clock) : IDisposable
    {
        public void Dispose() => clock.Stop();
    }
}

/// <summary>The sums of an epoch in numbers.</summary>
/// <param name="LossSum">Of all samples in the steps that were not skipped.</param>
/// <param name="Samples">How many these are.</param>
/// <param name="SkippedSteps">Steps left out.</param>
/// <param name="Passes">Encoder passes.</param>
/// <param name="Time">In steps.</param>
/// <param name="Batches">Batches that were pulled.</param>
/// <param name="HasBegun">Whether the strategy was notified of the epoch.</param>
internal sealed record EpochSumValues(
    double LossSum, long Samples, int SkippedSteps, EncoderPasses Passes, TimeSpan Time, long Batches, bool HasBegun)
{
    /// <summary>An epoch that has not begun.</summary>
    public static readonly EpochSumValues None = new(0, 0, 0, default, TimeSpan.Zero, 0, HasBegun: false);
}
