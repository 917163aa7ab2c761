using ModalityBalance.Gradients;
using ModalityBalance.Strategies;

namespace ModalityBalance.Diagnosis;

/// <summary>
/// I2MCL that measures, every few steps, what its alpha compares, so that <see cref="AlphaShares"/> can tell how alpha
/// would have stood under other scales. In a joint run representations and teachers have nothing to do with each other
/// and alpha stands elsewhere than in a run that distils; a few epochs of this show the latter. It learns as
/// <see cref="Strategies.I2MCL"/> does, and nothing is read from the device before the end. Use one instance per run.
/// </summary>
public sealed class AlphaTrial : GradientStrategy
{
    private readonly int _every;
    private readonly I2MCL _strategy;
    private readonly DeviceRows _pairs = new();
    private long _steps;

    /// <summary>A run that is measured.</summary>
    /// <param name="options">The variant; the paper's by default.</param>
    /// <param name="every">Steps from one measurement to the next, at least 1; 10 by default.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or <paramref name="every"/> less than 1.
    /// </exception>
    public AlphaTrial(I2MCLOptions? options = null, int every = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        (_every, _strategy) = (every, new I2MCL(options));
    }

    /// <inheritdoc/>
    public override string Name => "I2MCL, measured";

    /// <inheritdoc/>
    public override StrategyRequirements Requirements => StrategyRequirements.Teachers;

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        MeasuredSteps.Count(State, _steps);
        var (report, fromTask) = _strategy.Compute(step);
        if (_steps++ % _every == 0)
        {
            _pairs.Add(fromTask.Select((gradient, m) => TeacherComparison.Of(step, m, gradient)));
        }

        return report;
    }

    /// <inheritdoc/>
    public override IEnumerable<string> GetWarnings() => _strategy.GetWarnings();

    /// <inheritdoc/>
    public override IEnumerable<string> Validate(TrainingPlan plan) => _strategy.Validate(plan);

    /// <summary>For each measured step and modality the gradients at the representation, as in
    /// <see cref="JointMeasurements.Distillation"/>. Reads the device.</summary>
    /// <exception cref="InvalidOperationException">No step was measured.</exception>
    public IReadOnlyList<IReadOnlyList<GradientPair?>> Read()
    {
        MeasuredSteps.CheckAny(_steps);
        return _pairs.Read();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _strategy.Dispose();
        _pairs.Dispose();
    }
}
