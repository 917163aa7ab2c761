using ModalityBalance.Gradients;

namespace ModalityBalance.Strategies;

/// <summary>
/// Intra- and inter-modal curriculum learning (Zhou et al., ACM MM 2023, doi 10.1145/3581783.3612468). Samples whose
/// loss is high for now weigh less; the modality whose distillation gradient weighs most in the min-norm combination
/// with its task gradient learns from the task, every other from its unimodal teacher. Fusion and heads always learn
/// from the task. Remembers one threshold per loss and how often alpha was tied; use one instance per model.
/// </summary>
public sealed class I2MCL : IGradientStrategy, IDisposable
{
    private readonly I2MCLOptions _options;
    private readonly I2MCLMemory _memory;

    /// <summary>A variant of the method.</summary>
    /// <param name="options">The full method by default.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public I2MCL(I2MCLOptions? options = null)
    {
        _options = options ?? new I2MCLOptions();
        _options.Check();
        _memory = new I2MCLMemory(_options);
    }

    /// <inheritdoc/>
    public string Name => "I2MCL";

    /// <inheritdoc/>
    public string Description => Name.With(_options);

    /// <inheritdoc/>
    public StrategyRequirements Requirements => StrategyRequirements.Teachers;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The schedule is fixed to a modality that the model lacks.</exception>
    /// <exception cref="InvalidOperationException">An earlier step was of a model with another number of modalities.
    /// </exception>
    public StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return Compute(step);
    }

    /// <summary>The step, with all that its report knows.</summary>
    internal I2MCLReport Compute(TrainingStep step)
    {
        if (Misfit(step.ModalityCount) is { } misfit)
        {
            throw new ArgumentException(misfit, nameof(step));
        }

        step.Encode();
        var taskLosses = step.TaskLosses();
        var lessons = Enumerable.Range(0, step.ModalityCount)
            .Select(m => new Distillation(step, m, _options.DistillationScale)).ToArray();
        var weights = _options.WeighSamples ? _memory.Weigh(taskLosses, lessons) : null;

        var taskLoss = taskLosses.mean();
        var unweighted = weights is null ? null : step.GradientAtRepresentations(taskLoss);
        var loss = weights is null ? taskLoss : (weights.Task * taskLosses).mean();
        var fromTask = step.BackwardTop(loss).Zip(step.Representations, EncoderForward.OrZeros).ToArray();
        var compared = unweighted ?? fromTask;

        var alpha = Alphas.Solve(step, compared, lessons, _options.Alpha);
        var selected = alpha.argmax(0);
        for (int m = 0; m < step.ModalityCount; m++)
        {
            var fromTeacher = lessons[m].Gradient(weights?.Distillation[m]);
            step.BackwardEncoder(m, ScheduledGradient.Of(_options, m, fromTask[m], fromTeacher, alpha, selected));
        }

        var tied = alpha.eq(alpha.max()).sum().gt(1);
        _memory.Keep(loss, tied, lessons, weights);
        return new I2MCLReport(loss, taskLoss, alpha, selected, tied, lessons, weights) { FromTask = compared };
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> GetState() => _memory.GetState();

    /// <inheritdoc/>
    public void SetState(IReadOnlyDictionary<string, double> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _memory.SetState(state);
    }

    /// <inheritdoc/>
    public IEnumerable<string> Validate(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Misfit(plan.Modalities) is { } misfit ? [misfit] : [];
    }

    /// <inheritdoc/>
    public IEnumerable<string> GetWarnings()
    {
        double share = _memory.TiedShare();
        if (_options.Schedule == I2MCLSchedule.ByAlpha && share > 0.5)
        {
            yield return $"I2MCL: alpha was tied in {share:P0} of the steps, so that the order of the modalities chose "
                + "who learns from the task. A smaller DistillationScale brings alpha away from its ends.";
        }
    }

    /// <summary>Frees and forgets the thresholds and the ties.</summary>
    public void Dispose() => _memory.Dispose();

    private string? Misfit(int modalities) =>
        _options.Schedule == I2MCLSchedule.Fixed && _options.TaskModality >= modalities
            ? $"I2MCL's TaskModality must lie in [0, {modalities - 1}], but is {_options.TaskModality}."
            : null;
}
