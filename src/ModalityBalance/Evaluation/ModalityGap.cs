using ModalityBalance.Data;
using ModalityBalance.Internal;
using ModalityBalance.Models;
using static TorchSharp.torch;

namespace ModalityBalance.Evaluation;

/// <summary>How far apart the representations of two modalities lie (the modality gap; Liang et al., NeurIPS 2022, arXiv 2203.02053;
/// G2D, Fig. 4).</summary>
public static class ModalityGap
{
    /// <summary>Measures the distance between the mean directions of two modalities' representations: |a - b|, where a and b are
    /// the means over samples of z / |z|.</summary>
    /// <param name="model">The network; it is afterwards as before.</param>
    /// <param name="data">The samples; epoch 0 is used. A sample counts in the modalities that it has.</param>
    /// <param name="device">The model's device.</param>
    /// <param name="first">The index of a modality.</param>
    /// <param name="second">The index of the other one.</param>
    /// <param name="cancellation">Checked before every batch.</param>
    /// <returns>From 0, for the same mean direction, to 2, for opposite representations; NaN if a modality has no sample.</returns>
    /// <exception cref="ArgumentException">An index is out of range, or the representations have different sizes.</exception>
    public static double Between(
        IMultimodalModel model,
        IBatchSource data,
        Device device,
        int first = 0,
        int second = 1,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        Require.Index(first, model.Modalities.Count);
        Require.Index(second, model.Modalities.Count);
        using var scope = NewDisposeScope();
        var representations = Evaluator.Represent(model, data, device, cancellation);
        var (a, b) = (MeanDirection(representations[first].Representations), MeanDirection(representations[second].Representations));
        return a.numel() == b.numel()
            ? (a - b).norm().item<double>()
            : throw new ArgumentException(
                $"The representations of '{model.Modalities[first]}' and '{model.Modalities[second]}' must have the same size, but have "
                + $"{a.numel()} and {b.numel()} numbers per sample.", nameof(second));
    }

    private static Tensor MeanDirection(Tensor representations) =>
        nn.functional.normalize(representations.flatten(1).to(ScalarType.Float64), 2, 1).mean([0L]);
}
