using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// Trains only the encoder of the modality that joint training starves most, then that of the next one, and finally all of them.
/// In every phase the fused loss is minimized together with the own losses of the encoders that learn and, with teachers, the
/// distance of their features from the teachers'. Fusion and heads always learn. A strategy of this library.
/// </summary>
/// <remarks>
/// The schedule is that of G2D's sequential modality prioritization, but by starvation instead of by the teachers' confidence: a
/// frozen encoder of random weights cannot explain the loss away, so that the gradient of the fused loss goes to the starved
/// modality, and its own loss wastes no epoch. The report holds <c>learns</c>, 1 per modality whose encoder learned, else 0, and
/// <c>unimodal_loss</c> and <c>distillation_loss</c> per modality, NaN where they are not minimized.
/// </remarks>
public sealed class StarvedFirst : GradientStrategy
{
    private const string Phase = "phase";

    private readonly StarvedFirstOptions _options;
    private bool _lacksTeachers;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public StarvedFirst(StarvedFirstOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _options = options;
    }

    /// <inheritdoc/>
    protected override object Options => _options;

    /// <inheritdoc/>
    public override StrategyRequirements Requirements => StrategyRequirements.UnimodalHeads
        | (_options.TargetScores is null ? StrategyRequirements.None : StrategyRequirements.Validation);

    private int LastPhase => _options.Order.Count - 1;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        _lacksTeachers = plan.Teachers is null && _options.Distillation != StarvedFirstDistillation.None;
        if (_options.Order.Count != plan.Modalities)
        {
            yield return $"StarvedFirst's Order must hold each of the {plan.Modalities} modalities once, but holds "
                + $"{_options.Order.Count}.";
        }
    }

    /// <summary>Begins the next phase when the present one has lasted its share of the epochs.</summary>
    /// <inheritdoc/>
    public override void OnEpochStart(EpochContext epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        State[Phase] = Math.Max(CurrentPhase, _options.PhaseAt(epoch.Epoch, epoch.Epochs));
    }

    /// <summary>Ends the present phase when its modality has reached its target.</summary>
    /// <inheritdoc/>
    public override void OnEpochEnd(EpochContext epoch, EvaluationResult? validation)
    {
        if (_options.TargetScores is { } targets && validation?.Unimodal is { } scores && CurrentPhase < LastPhase
            && _options.Order[CurrentPhase] is var modality && scores[modality].Primary >= targets[modality])
        {
            State[Phase] = CurrentPhase + 1;
        }
    }

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        int phase = State.Contains(Phase)
            ? CurrentPhase
            : throw new InvalidOperationException(
                $"StarvedFirst must be notified of epoch {step.Epoch} (OnEpochStart) to know its phase, but was not.");
        bool[] learns = [.. Enumerable.Range(0, step.ModalityCount).Select(m => phase == LastPhase || m == _options.Order[phase])];
        step.Encode(m => learns[m] ? EncoderUse.Learn : EncoderUse.Forward);
        var prediction = step.Predict();
        var task = step.Mean(step.TaskLosses(prediction));
        var undefined = full_like(task, double.NaN).detach();
        Tensor[] own = [.. learns.Select((learning, m) => learning ? step.UnimodalLoss(m) : undefined)];
        Tensor[] distances = [.. learns.Select((learning, m) => learning && step.HasTeachers
            ? Distillation(step, m, prediction) ?? undefined : undefined)];
        var loss = own.Concat(distances).Where(term => !ReferenceEquals(term, undefined)).Aggregate(task, (sum, term) => sum + term);
        var cotangents = step.BackwardTop(loss);
        for (int m = 0; m < step.ModalityCount; m++)
        {
            if (learns[m])
            {
                step.BackwardEncoder(m, cotangents[m] is { } cotangent ? _options.EncoderScale * cotangent : null);
            }
        }

        return new StepReport(loss, task).Add("learns", [.. learns.Select(learning => learning ? 1.0 : 0.0)])
            .Add("unimodal_loss", own).Add("distillation_loss", distances);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> GetWarnings() => _lacksTeachers
        ? ["StarvedFirst had no teachers to distill from. That is its variant without distillation."]
        : [];

    private int CurrentPhase => State.Contains(Phase) ? (int)State[Phase] : 0;

    private Tensor? Distillation(TrainingStep step, int modality, Tensor prediction)
    {
        if (_options.Distillation == StarvedFirstDistillation.None)
        {
            return null;
        }

        var features = _options.FeatureWeight * FeatureDistillation.MeanSquaredError(step, modality);
        return _options.Distillation == StarvedFirstDistillation.Features
            ? features
            : features + step.Mean(step.Task.DistancePerSample(
                prediction, step.TeacherLogits(modality, prediction), temperature: 1), modality);
    }
}
