using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// Intra- and inter-modal curriculum learning (Zhou et al., ACM MM 2023, doi 10.1145/3581783.3612468). Samples whose
/// loss is high for now weigh less; the modality whose distillation gradient weighs most in the min-norm combination
/// with its task gradient learns from the task, every other from its unimodal teacher. Fusion and heads always learn
/// from the task. Remembers one threshold per loss and how often alpha was tied; use one instance per model.
/// </summary>
public sealed class I2mcl : IGradientStrategy, IDisposable
{
    private readonly I2mclOptions _options;
    private readonly SelfPacedCurriculum _curriculum;
    private readonly TieCount _ties = new();

    /// <summary>A variant of the method.</summary>
    /// <param name="options">The full method by default.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public I2mcl(I2mclOptions? options = null)
    {
        _options = options ?? new I2mclOptions();
        _options.Check();
        _curriculum = new SelfPacedCurriculum(_options.Gamma, _options.Beta);
    }

    /// <inheritdoc/>
    public string Name => "I2MCL";

    /// <inheritdoc/>
    public string Description => Name.With(_options);

    /// <inheritdoc/>
    public StrategyNeeds Needs => StrategyNeeds.Teachers;

    /// <inheritdoc/>
    public StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return Compute(step);
    }

    /// <summary>The step, with all that its report knows.</summary>
    internal I2mclReport Compute(TrainingStep step)
    {
        step.Encode();
        var taskLosses = step.TaskLosses();
        var lessons = Enumerable.Range(0, step.ModalityCount)
            .Select(m => new Distillation(step, m, _options.DistillationScale)).ToArray();
        var weights = _options.WeighSamples ? _curriculum.Weigh(taskLosses, lessons) : null;

        var taskLoss = taskLosses.mean();
        var unweighted = weights is null ? null : step.GradientAtRepresentations(taskLoss);
        var loss = weights is null ? taskLoss : (weights.Task * taskLosses).mean();
        var fromTask = step.BackwardTop(loss).Zip(step.Representations, EncoderRun.OrZeros).ToArray();
        var compared = unweighted ?? fromTask;

        var alpha = Alphas.Solve(step, compared, lessons, _options.Alpha);
        var selected = alpha.argmax(0);
        for (int m = 0; m < step.ModalityCount; m++)
        {
            var fromTeacher = lessons[m].Gradient(weights?.Distillation[m]);
            step.BackwardEncoder(m, Lesson(m, fromTask[m], fromTeacher, alpha, selected));
        }

        var tied = alpha.eq(alpha.max()).sum().gt(1);
        _ties.Add(tied);
        return new I2mclReport(loss, taskLoss, alpha, selected, tied, lessons, weights) { FromTask = compared };
    }

    /// <summary>What one encoder learns from (Eq. 17-20, and the paper's Table 4).</summary>
    private Tensor Lesson(int modality, Tensor fromTask, Tensor fromTeacher, Tensor alpha, Tensor selected)
    {
        return _options.Schedule switch
        {
            I2mclSchedule.ByAlpha => where(selected.eq(modality), fromTask, fromTeacher),
            I2mclSchedule.Both => fromTask + fromTeacher,
            I2mclSchedule.AllTask => fromTask,
            I2mclSchedule.AllTeacher => fromTeacher,
            I2mclSchedule.Fixed => modality == _options.TaskModality ? fromTask : fromTeacher,
            I2mclSchedule.Mixed => Mixed(fromTeacher, fromTask),
            _ => Mixed(fromTask, fromTeacher),
        };

        Tensor Mixed(Tensor byShare, Tensor byRest)
        {
            var share = alpha.select(0, modality).to(fromTask.dtype);
            return (share * byShare) + ((1 - share) * byRest);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> GetState() =>
        _curriculum.GetState().Concat(_ties.GetState()).ToDictionary();

    /// <inheritdoc/>
    public void SetState(IReadOnlyDictionary<string, double> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Keys.FirstOrDefault(key => !TieCount.Keeps(key) && !SelfPacedCurriculum.Keeps(key)) is { } unknown)
        {
            throw new ArgumentException($"state must hold thresholds and ties, but holds '{unknown}'.", nameof(state));
        }

        _ties.SetState(state);
        _curriculum.SetState(state);
    }

    /// <inheritdoc/>
    public IEnumerable<string> CheckPlan(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (_options.Schedule == I2mclSchedule.Fixed && _options.TaskModality >= plan.Modalities)
        {
            yield return $"I2MCL's TaskModality must lie in [0, {plan.Modalities - 1}], but is {_options.TaskModality}.";
        }
    }

    /// <inheritdoc/>
    public IEnumerable<string> Remarks()
    {
        double share = _ties.Share();
        if (_options.Schedule == I2mclSchedule.ByAlpha && share > 0.5)
        {
            yield return $"I2MCL: alpha was tied in {share:P0} of the steps, so that the order of the modalities chose "
                + "who learns from the task. A smaller DistillationScale brings alpha away from its ends.";
        }
    }

    /// <summary>Frees the thresholds.</summary>
    public void Dispose()
    {
        _curriculum.Dispose();
        _ties.Dispose();
    }
}
