using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using static TorchSharp.torch;

namespace ModalityBalance.Diagnosis;

/// <summary>
/// Joint training that measures, every few steps, what a diagnosis needs: how the fused and each modality's own loss
/// pull at its encoder, and how the task and a unimodal teacher pull at its representation. Encoders and fusion learn
/// bit for bit as by <see cref="JointTraining"/>, unless heads draw random numbers or keep batch statistics, or
/// gradients are clipped together. Heads that the fused prediction does not use, which joint training would leave as
/// they are, learn from their own loss on the detached representations, so that their gradients mean something. Nothing
/// is read from the device before the end. Use one instance per run.
/// </summary>
public sealed class MeasuredJoint : GradientStrategy
{
    private readonly int _every;
    private readonly DeviceRows _conflicts = new();
    private readonly DeviceRows _distillation = new();
    private readonly List<IReadOnlyList<double>> _confidences = [];
    private IReadOnlyList<double>? _overallConfidences;
    private long _steps;

    /// <summary>A run that is measured.</summary>
    /// <param name="every">Steps from one measurement to the next, at least 1; 10 by default. A measured step passes
    /// each encoder backward three times instead of once.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public MeasuredJoint(int every = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        _every = every;
    }

    /// <inheritdoc/>
    public override string Name => "Joint, measured";

    /// <inheritdoc/>
    public override StrategyRequirements Requirements => StrategyRequirements.Teachers;

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Encode();
        var loss = step.TaskLoss();
        var fromTask = step.BackwardTop(loss);
        MeasuredSteps.Count(State, _steps);
        bool measured = _steps++ % _every == 0;
        var own = step.Model.HasUnimodalHeads ? LearnUnusedHeads(step, measured) : null;
        if (measured)
        {
            Measure(step, fromTask, own);
        }

        for (int m = 0; m < step.ModalityCount; m++)
        {
            step.BackwardEncoder(m, fromTask[m]);
        }

        return new StepReport(loss, loss);
    }

    /// <summary>What was measured so far. Reads the device.</summary>
    /// <exception cref="InvalidOperationException">No step was measured.</exception>
    public JointMeasurements Read()
    {
        MeasuredSteps.CheckAny(_steps);
        var modalities = Enumerable.Range(0, _confidences[0].Count);
        var confidences = _overallConfidences ?? [.. modalities.Select(m => _confidences
            .Select(batch => batch[m]).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average())];
        return new JointMeasurements(_conflicts.Read(), _distillation.Read(), confidences);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _conflicts.Dispose();
        _distillation.Dispose();
    }

    /// <summary>Heads without a gradient from the fused loss get that of their own loss; the representations do not see
    /// it.</summary>
    /// <returns>The gradient of the sum of own losses at each representation, when it is wanted.</returns>
    private static IReadOnlyList<Tensor>? LearnUnusedHeads(TrainingStep step, bool wanted)
    {
        var unused = step.Model.SharedParameters()
            .Where(parameter => parameter.requires_grad && parameter.grad is null).ToArray();
        if (unused.Length == 0 && !wanted)
        {
            return null;
        }

        var loss = step.UnimodalLossSum();
        if (unused.Length > 0)
        {
            var gradients = autograd.grad([loss], unused, retain_graph: true, allow_unused: true);
            foreach (var (parameter, gradient) in unused.Zip(gradients).Where(pair => pair.Second is { IsInvalid: false }))
            {
                parameter.grad = gradient;
            }
        }

        return wanted ? step.GradientAtRepresentations(loss) : null;
    }

    private void Measure(TrainingStep step, IReadOnlyList<Tensor?> fromTask, IReadOnlyList<Tensor>? own)
    {
        _conflicts.Add(own is null
            ? step.Representations.Select(z => DeviceRows.NoEntry(z.device))
            : EncoderComparison.Of(step, fromTask, own));
        _distillation.Add(fromTask.Select((gradient, m) => TeacherComparison.Of(step, m, gradient)));
        _confidences.Add(step.Teachers.Confidences);
        _overallConfidences = step.Teachers.OverallConfidences;
    }
}
