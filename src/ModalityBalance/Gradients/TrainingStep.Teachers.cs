using ModalityBalance.Internal;
using ModalityBalance.Teachers;
using static TorchSharp.torch;

namespace ModalityBalance.Gradients;

/// <content>The teachers' outputs for the batch.</content>
public sealed partial class TrainingStep
{
    private double[]? _confidences;

    /// <summary>The teachers' outputs for the batch.</summary>
    /// <exception cref="InvalidOperationException">The step was made without teachers.</exception>
    public TeacherOutputs Teachers =>
        _teachers ?? throw new InvalidOperationException("The step must be given teacher outputs, but has none.");

    /// <summary>Whether the step was given teacher outputs.</summary>
    public bool HasTeachers => _teachers is not null;

    /// <summary>G2D's teacher confidence of each modality on the batch, in all processes.</summary>
    /// <returns>In [0, 1]; NaN for a modality that no sample has.</returns>
    /// <exception cref="InvalidOperationException">The step was made without teachers.</exception>
    public IReadOnlyList<double> TeacherConfidences => Processes.Size == 1
        ? Teachers.Confidences
        : _confidences ??= MeanConfidences();

    /// <summary>A teacher's representation, checked against the encoder's.</summary>
    /// <param name="modality">Index in [0, M).</param>
    /// <returns>Like the representation, with zeros for samples without the modality; the teacher outputs or the step's
    /// dispose scope own it.</returns>
    /// <exception cref="ArgumentException">Another shape, type or device.</exception>
    public Tensor TeacherRepresentation(int modality) =>
        Taught(modality, Teachers.Representations[modality], Representations[modality], "representations", "encoder's");

    /// <summary>A teacher's logits, checked against a prediction.</summary>
    /// <param name="modality">Index in [0, M).</param>
    /// <param name="prediction">The student's.</param>
    /// <returns>Like the prediction, with zeros for samples without the modality; the teacher outputs or the step's
    /// dispose scope own it.</returns>
    /// <exception cref="ArgumentException">Another shape, type or device.</exception>
    public Tensor TeacherLogits(int modality, Tensor prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        return Taught(modality, Teachers.Logits[modality], prediction, "logits", "student's");
    }

    /// <summary>Whether everything that a teacher says of the samples with its modality is finite. Reads the device.</summary>
    internal bool IsTeacherFinite(int modality) =>
        new[] { Teachers.Representations[modality], Teachers.Logits[modality] }
            .All(output => Present(modality, output).isfinite().all().item<bool>());

    /// <summary>A teacher's outputs for the samples that have its modality. Those for the others may be anything, and even
    /// behind a mask NaN would make the gradients NaN.</summary>
    private Tensor Taught(int modality, Tensor output, Tensor like, string what, string whose)
    {
        if (!output.IsLike(like))
        {
            throw new ArgumentException(
                $"The teacher of '{Model.Modalities[modality]}' must give {what} that are {like.Kind()}, as the "
                + $"{whose} are, but gave {output.Kind()}.");
        }

        return Present(modality, output);
    }

    /// <summary>The means of this process, weighted by their numbers of samples, added up.</summary>
    private double[] MeanConfidences()
    {
        using var scope = NewDisposeScope();
        var sums = tensor(Teachers.Confidences
            .Select((confidence, m) => Counts.InEach(m, m)[Processes.Rank] is > 0 and var samples ? samples * confidence : 0).ToArray());
        Processes.Sum(sums);
        return [.. sums.data<double>().ToArray().Select((sum, m) => SamplesWith(m) == 0 ? double.NaN : sum / SamplesWith(m))];
    }

    private Tensor Present(int modality, Tensor output) => Batch.Present is { } present
        ? where(present.Values.select(1, modality).AlongBatch(output.dim()), output, zeros_like(output))
        : output;
}
