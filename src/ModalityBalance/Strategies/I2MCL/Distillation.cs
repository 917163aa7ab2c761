using ModalityBalance.Gradients;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>One modality's distillation on one batch: l_im = scale |z_im - g_im|^2, summed over features (Eq. 7), and
/// its gradient in closed form.</summary>
internal sealed class Distillation
{
    private readonly TrainingStep _step;
    private readonly int _modality;
    private readonly long[] _shape;
    private readonly double _scale;
    private readonly Tensor _difference;
    private Tensor? _mean;

    public Distillation(TrainingStep step, int modality, double scale)
    {
        using var noGrad = no_grad();
        var representation = step.Representations[modality];
        (_step, _modality, _shape, _scale) = (step, modality, representation.shape, scale);
        Samples = step.SamplesWith(modality);

        // Both are zero for samples without the modality.
        var difference = representation - step.TeacherRepresentation(modality);
        _difference = difference.reshape(difference.shape[0], -1);
        Losses = scale * _difference.square().sum(1);
    }

    /// <summary>Samples in all processes that have the modality.</summary>
    public long Samples { get; }

    /// <summary>l_im, [batch]; zero for samples without the modality.</summary>
    public Tensor Losses { get; }

    /// <summary>Their mean over the samples that have the modality, a scalar; NaN when there is none.</summary>
    public Tensor Mean => _mean ??= Samples == 0 ? full_like(Losses.sum(), double.NaN) : _step.Mean(Losses, _modality);

    /// <summary>The mean of the weighted losses, a scalar; zero when no sample has the modality.</summary>
    /// <param name="weights">[batch], constants; null for ones.</param>
    public Tensor Loss(Tensor? weights) => Samples == 0
        ? zeros_like(Mean)
        : weights is null ? Mean : _step.Mean(weights * Losses, _modality);

    /// <summary>The gradient of <see cref="Loss"/> at this process's representation.</summary>
    /// <param name="weights">[batch], constants; null for ones.</param>
    public Tensor Gradient(Tensor? weights = null)
    {
        var weighted = weights is null ? _difference : weights.to(_difference.dtype).unsqueeze(1) * _difference;
        return (weighted * (2 * _scale / Math.Max(1, Samples))).reshape(_shape);
    }
}
