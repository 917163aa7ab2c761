using ModalityBalance.Data;
using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Diagnosis;

/// <summary>The data and thresholds of a diagnosis.</summary>
public sealed record DiagnosisOptions
{
    /// <summary>The samples that model and teachers learned from; probes are fitted on them. Epoch 0 is used.</summary>
    public required IBatchSource Train { get; init; }

    /// <summary>Samples that neither model nor teachers learned from, and not the test data; probes are scored on them.
    /// </summary>
    public required IBatchSource HeldOut { get; init; }

    /// <summary>The device of model and teachers; the CPU by default.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>The lost share from which a modality is starved, in (0, 1]; 0.05 by default, this library's choice.
    /// </summary>
    public double StarvationThreshold { get; init; } = 0.05;

    /// <summary>The share of measured steps with a negative cosine at some encoder from which MMPareto is tried before
    /// the cheaper Uniform, in (0, 1]; 0.05 by default, this library's choice.</summary>
    public double ConflictThreshold { get; init; } = 0.05;

    internal void Check()
    {
        ArgumentNullException.ThrowIfNull(Train);
        ArgumentNullException.ThrowIfNull(HeldOut);
        Require.PositiveShare(StarvationThreshold);
        Require.PositiveShare(ConflictThreshold);
    }
}
