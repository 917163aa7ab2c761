using static TorchSharp.torch;

namespace ModalityBalance.Teachers;

/// <summary>The outputs of the unimodal teachers for one batch. They are constants without a graph.</summary>
public sealed class TeacherOutputs
{
    /// <summary>Puts the teachers' outputs for one batch together.</summary>
    /// <param name="representations">One per modality, in the shape of the student's representation.</param>
    /// <param name="logits">One per modality, in the shape of a prediction.</param>
    /// <param name="confidences">G2D's teacher confidence of each modality on this batch, in [0, 1], on the host, so
    /// that ranking them costs no read from the device.</param>
    /// <param name="overallConfidences">The same over the whole training set; null if unknown.</param>
    /// <exception cref="ArgumentException">Unequal numbers of modalities.</exception>
    public TeacherOutputs(
        IReadOnlyList<Tensor> representations,
        IReadOnlyList<Tensor> logits,
        IReadOnlyList<double> confidences,
        IReadOnlyList<double>? overallConfidences = null)
    {
        ArgumentNullException.ThrowIfNull(representations);
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(confidences);
        int modalities = representations.Count;
        if (logits.Count != modalities || confidences.Count != modalities
            || (overallConfidences?.Count ?? modalities) != modalities)
        {
            throw new ArgumentException(
                $"representations, logits and confidences must hold one entry per modality, but hold {modalities}, "
                + $"{logits.Count} and {confidences.Count} ({overallConfidences?.Count ?? modalities} overall).");
        }

        Representations = representations;
        Logits = logits;
        Confidences = confidences;
        OverallConfidences = overallConfidences;
    }

    /// <summary>One per modality, in the shape of the student's representation.</summary>
    public IReadOnlyList<Tensor> Representations { get; }

    /// <summary>One per modality, in the shape of a prediction.</summary>
    public IReadOnlyList<Tensor> Logits { get; }

    /// <summary>Teacher confidence of each modality on this batch.</summary>
    public IReadOnlyList<double> Confidences { get; }

    /// <summary>Teacher confidence of each modality over the training set; null if unknown.</summary>
    public IReadOnlyList<double>? OverallConfidences { get; }
}
