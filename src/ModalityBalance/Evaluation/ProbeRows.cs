using ModalityBalance.Data;
using ModalityBalance.Models;
using static TorchSharp.torch;

namespace ModalityBalance.Evaluation;

/// <summary>The samples that probes are fitted to and scored on.</summary>
internal static class ProbeRows
{
    /// <summary>As <see cref="Evaluator.Represent"/>, with at least one sample per modality.</summary>
    /// <param name="model">The network.</param>
    /// <param name="data">The samples.</param>
    /// <param name="name">What the caller calls the data.</param>
    /// <param name="device">The model's device.</param>
    /// <param name="cancellation">Asked before every batch.</param>
    /// <exception cref="ArgumentException">No sample has a modality.</exception>
    public static IReadOnlyList<(Tensor Representations, Tensor Targets)> Of(
        IMultimodalModel model, IBatchSource data, string name, Device device, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(data, name);
        var rows = Evaluator.Represent(model, data, device, cancellation);
        foreach (var (m, (_, targets)) in rows.Index())
        {
            if (targets.shape[0] == 0)
            {
                throw new ArgumentException(
                    $"{name} must hold a sample of '{model.Modalities[m]}', but holds none.", name);
            }
        }

        return [.. rows.Select((row, m) => (model.Pool(m, row.Representations), row.Targets))];
    }
}
