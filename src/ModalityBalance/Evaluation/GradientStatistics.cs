using System.Globalization;
using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Evaluation;

/// <summary>The gradients of the fused loss and of a modality's own loss at the parameters of its encoder, over the batches of an
/// epoch with the weights held fixed (MMPareto, Fig. 1d and 4b).</summary>
/// <param name="FusedNorms">The length of the fused loss's gradient, batch by batch.</param>
/// <param name="OwnNorms">The length of the own loss's gradient, batch by batch.</param>
/// <param name="Cosines">The cosine of the two, in [-1, 1], batch by batch; 0 where one of them is zero.</param>
/// <param name="FusedCovariance">The trace of the fused gradient's covariance between batches, its noise: the sample variance
/// (divided by batches - 1) summed over parameters. NaN for a single batch.</param>
/// <param name="OwnCovariance">The same of the own gradient.</param>
public sealed record GradientStatistics(
    IReadOnlyList<double> FusedNorms,
    IReadOnlyList<double> OwnNorms,
    IReadOnlyList<double> Cosines,
    double FusedCovariance,
    double OwnCovariance)
{
    /// <summary>The noise of the own gradient over that of the fused one, k in MMPareto (Sec. 3.3), which expects more than 1.
    /// </summary>
    public double CovarianceRatio => OwnCovariance / FusedCovariance;

    /// <summary>The end of the range of alpha, from 1/2 on, in which the conventional Pareto direction 2 alpha g + 2 (1 - alpha) h is
    /// less noisy than the sum g + h, and so may generalize worse: (3k - 1) / (2k + 2), k being <see cref="CovarianceRatio"/>
    /// (MMPareto, Fig. 3).</summary>
    public double LowNoiseLimit => LowNoiseLimitAt(CovarianceRatio);

    /// <summary>Computes <see cref="LowNoiseLimit"/> from a ratio of covariances.</summary>
    /// <param name="covarianceRatio">k, at least 0.</param>
    public static double LowNoiseLimitAt(double covarianceRatio) => ((3 * covarianceRatio) - 1) / ((2 * covarianceRatio) + 2);

    /// <summary>Returns the means over the batches, and the ratio of covariances.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Cosines.Count} batches: mean cosine {Cosines.Average():0.000}, mean length {FusedNorms.Average():0.000} (fused) and "
        + $"{OwnNorms.Average():0.000} (own), ratio of covariances {CovarianceRatio:0.000}");

    /// <summary>Measures a network in training mode, as a training step would see it. Takes two backward passes per encoder and
    /// batch, and memory for two gradients per encoder in double precision.</summary>
    /// <param name="model">A network with unimodal heads. Its parameters, gradients, buffers and modes, and the state of the CPU's
    /// random generator, are afterwards as before.</param>
    /// <param name="task">The learning task.</param>
    /// <param name="data">The batches, in the size that is trained with; epoch 0 is used.</param>
    /// <param name="device">The model's device.</param>
    /// <param name="cancellation">Checked before every batch.</param>
    /// <returns>Per modality; null for an encoder that has nothing to learn from any batch.</returns>
    /// <exception cref="ArgumentException">The model has no unimodal heads.</exception>
    public static IReadOnlyList<GradientStatistics?> Measure(
        IMultimodalModel model,
        LearningTask task,
        IBatchSource data,
        Device device,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        using var rows = new DeviceRows();
        GradientSums[] sums = [.. model.Modalities.Select((_, m) => new GradientSums(
            [.. model.EncoderParameters(m).Where(parameter => parameter.requires_grad)]))];
        GradientConflicts.ForEachBatch(model, task, data, device, encoders => rows.Add(encoders.Select((pair, m) =>
        {
            if (pair is var (first, second))
                sums[m].Add(first, second);
            return EncoderComparison.Entry(pair, device);
        })), cancellation);
        var read = rows.Read();
        return [.. sums.Select((sum, m) => Of([.. read.Select(row => row[m]).OfType<GradientPair>()], sum))];
    }

    private static GradientStatistics? Of(GradientPair[] pairs, GradientSums sums) => pairs.Length == 0
        ? null
        : new GradientStatistics(
            [.. pairs.Select(pair => pair.FirstNorm)],
            [.. pairs.Select(pair => pair.SecondNorm)],
            [.. pairs.Select(pair => pair.Cosine)],
            Covariance(pairs.Sum(pair => pair.FirstSquared), sums.First, pairs.Length),
            Covariance(pairs.Sum(pair => pair.SecondSquared), sums.Second, pairs.Length));

    /// <summary>The trace of a sample covariance, from the sum of squared lengths and the squared length of the sum.</summary>
    private static double Covariance(double squares, double squareOfSum, int batches) =>
        batches == 1 ? double.NaN : Math.Max(0, squares - (squareOfSum / batches)) / (batches - 1);

    /// <summary>The sums of two gradients of the same parameters over batches, in double precision. They belong to the open dispose
    /// scope.</summary>
    private sealed class GradientSums(IReadOnlyList<Parameter> parameters)
    {
        private readonly Tensor[] _first = Zeros(parameters);
        private readonly Tensor[] _second = Zeros(parameters);

        public double First => SquaredLength(_first);

        public double Second => SquaredLength(_second);

        public void Add(IReadOnlyList<Tensor> first, IReadOnlyList<Tensor> second)
        {
            using var noGrad = no_grad();
            foreach (var (sum, gradient) in _first.Zip(first).Concat(_second.Zip(second)))
            {
                sum.add_(gradient);
            }
        }

        private static Tensor[] Zeros(IReadOnlyList<Parameter> parameters) =>
            [.. parameters.Select(parameter => zeros(parameter.shape, ScalarType.Float64, parameter.device))];

        private static double SquaredLength(Tensor[] tensors) => tensors.Sum(tensor => tensor.square().sum().item<double>());
    }
}
