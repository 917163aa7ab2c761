using ModalityBalance.Gradients;
using ModalityBalance.Strategies;

namespace ModalityBalance.Diagnosis;

/// <summary>
/// I2MCL that measures, every few steps, what its alpha compares, so that <see cref="AlphaShares"/> can tell how alpha
/// would have stood under other scales. In a joint run representations and teachers have nothing to do with each other
/// and alpha stands elsewhere than in a run that distils; a few epochs of this show the latter. It learns as
/// <see cref="Strategies.I2MCL"/> does, and nothing is read from the device before the end. Use one instance per run.
/// </summary>
public sealed class AlphaTrial : IGradientStrategy, IDisposable
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
    public string Name => "I2MCL, measured";

    /// <inheritdoc/>
    public StrategyRequirements Requirements => StrategyRequirements.Teachers;

    /// <inheritdoc/>
    public StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var report = _strategy.Compute(step);
        if (_steps++ % _every == 0)
        {
            _pairs.Add(report.FromTask.Select((gradient, m) => TeacherComparison.Of(step, m, gradient)));
        }

        return report;
    }

    /// <inheritdoc cref="MeasuredJoint.GetState"/>
    public IReadOnlyDictionary<string, double> GetState() => MeasuredSteps.State(_steps);

    /// <inheritdoc cref="MeasuredJoint.SetState"/>
    public void SetState(IReadOnlyDictionary<string, double> state) => MeasuredSteps.Refuse(Name, state);

    /// <inheritdoc/>
    public IEnumerable<string> GetWarnings() => _strategy.GetWarnings();

    /// <inheritdoc/>
    public IEnumerable<string> Validate(TrainingPlan plan) => _strategy.Validate(plan);

    /// <summary>For each measured step and modality the gradients at the representation, as in
    /// <see cref="JointMeasurements.Distillation"/>. Reads the device.</summary>
    /// <exception cref="InvalidOperationException">No step was measured.</exception>
    public IReadOnlyList<IReadOnlyList<GradientPair?>> Read()
    {
        MeasuredSteps.CheckAny(_steps);
        return _pairs.Read();
    }

    /// <summary>Frees the measurements and what the strategy remembers.</summary>
    public void Dispose()
    {
        _strategy.Dispose();
        _pairs.Dispose();
    }
}
