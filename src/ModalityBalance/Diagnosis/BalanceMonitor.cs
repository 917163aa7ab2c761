using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Internal;
using ModalityBalance.Teachers;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Diagnosis;

/// <summary>
/// Measures, every few steps of a run, what a diagnosis needs: the gradients of the fused and of each modality's own loss at
/// its encoder, and those of the task and of a unimodal teacher at its representation.
/// </summary>
/// <remarks>Works with every strategy and leaves training bit for bit as it is without it; on a GPU, dropout draws other random
/// numbers after a measured step. A measured step costs one more forward pass and two more backward passes per encoder. Nothing
/// is read from the device before a <see cref="BalanceDiagnosis"/> is made. A resumed run measures from there on.</remarks>
public sealed class BalanceMonitor : TrainingCallback, IDisposable
{
    private readonly int _every;
    private readonly DeviceRows _conflicts = new();
    private readonly DeviceRows _distillation = new();
    private readonly List<IReadOnlyList<double>> _confidences = [];
    private IReadOnlyList<double>? _overallConfidences;

    /// <summary>Creates a monitor for one run.</summary>
    /// <param name="every">The interval between measured steps, at least 1. Defaults to 10.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public BalanceMonitor(int every = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        _every = every;
    }

    /// <inheritdoc/>
    public override bool RunsInEveryProcess => true;

    /// <inheritdoc/>
    public override void OnStepStart(MultimodalBatch batch, TeacherOutputs? teachers)
    {
        if (Run.Step % _every == 0)
        {
            Measure(batch, teachers);
        }
    }

    /// <summary>Frees the measurements.</summary>
    public void Dispose()
    {
        _conflicts.Dispose();
        _distillation.Dispose();
    }

    /// <summary>The measurements so far. Reads the device.</summary>
    /// <exception cref="InvalidOperationException">No step was measured, or the run had no teachers.</exception>
    internal BalanceMeasurements Read()
    {
        if (_confidences.Count == 0)
        {
            throw new InvalidOperationException(
                "A BalanceMonitor must watch a training with teachers before it is read, but has seen no step of one.");
        }

        var modalities = Enumerable.Range(0, _confidences[0].Count);
        var confidences = _overallConfidences ?? [.. modalities.Select(m => _confidences
            .Select(batch => batch[m]).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average())];
        return new BalanceMeasurements(_conflicts.Read(), _distillation.Read(), confidences);
    }

    private void Measure(MultimodalBatch batch, TeacherOutputs? teachers)
    {
        using var scope = NewDisposeScope();
        using var state = new ModelStateScope(Run.Model.Root);
        using var training = TrainingMode.Enter(Run.Model.Root);
        var step = new TrainingStep(Run.Model, Run.Task, batch, Run.Epoch, Run.Step, teachers) { Processes = Run.Processes };
        step.Encode();
        var fused = step.GradientAtRepresentations(step.TaskLoss());
        _conflicts.Add(step.Model.HasUnimodalHeads
            ? EncoderComparison.Of(step, fused, step.GradientAtRepresentations(step.UnimodalLossSum()))
            : step.Representations.Select(z => DeviceRows.NoEntry(z.device)));
        if (teachers is not null)
        {
            _distillation.Add(fused.Select((gradient, m) => TeacherComparison.Of(step, m, gradient)));
            _confidences.Add(step.TeacherConfidences);
            _overallConfidences = teachers.OverallConfidences;
        }
    }
}

/// <summary>The measurements of a run, at least one, in the order of the measured steps.</summary>
/// <param name="Conflicts">For each step and modality, the gradients of the encoder's parameters: fused loss first, the
/// modality's own second. Null where the model has no unimodal heads or the encoder had nothing to learn.</param>
/// <param name="Distillation">For each step and modality, the gradients at the representation: of the mean distillation
/// loss |z - g|^2 (first), unscaled, and of the mean task loss (second). Null where no sample had the modality, or the
/// teacher's representation has another shape.</param>
/// <param name="TeacherConfidences">Each teacher's confidence, over the training set where it is known, else the mean
/// over the measured batches; NaN for a modality that no sample had.</param>
internal sealed record BalanceMeasurements(
    IReadOnlyList<IReadOnlyList<GradientPair?>> Conflicts,
    IReadOnlyList<IReadOnlyList<GradientPair?>> Distillation,
    IReadOnlyList<double> TeacherConfidences)
{
    /// <summary>The distillation gradients of a trial of I2MCL, which replace <see cref="Distillation"/> where they are given.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<GradientPair?>>? Trial { get; init; }
}
