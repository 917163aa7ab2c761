using System.Globalization;
using ModalityBalance.Evaluation;
using ModalityBalance.Solvers;
using ModalityBalance.Strategies;
using static TorchSharp.torch;

namespace Papers;

/// <summary>The closed forms that the papers draw. Nothing is trained.</summary>
internal static class ClosedForms
{
    private static readonly double[] Differences = [-4, -2, -1, 0, 1, 2, 4, 8];
    private static readonly double[] LengthRatios = [0.25, 0.5, 1, 2, 4];
    private static readonly int[] Angles = [0, 45, 90, 135, 180];
    private static readonly double[] CovarianceRatios = [1, 1.5, 2, 3, 5, 10];

    /// <summary>I2MCL, Figure 4: the weight of a sample over the difference between its loss and the threshold, for several
    /// beta.</summary>
    public static ResultTable SampleWeights()
    {
        using var scope = NewDisposeScope();
        double[] betas = [0.5, 1, 2];
        return new ResultTable(
            Named("l - lambda = ", Differences),
            [
                .. betas.Select(beta => ResultRow.Of(
                    Named("beta = ", beta), SelfPacedWeight.Of(tensor(Differences), tensor(0.0), beta).data<double>())),
            ])
        {
            Axes = new CurveAxes("loss less threshold", "weight of the sample", Differences),
        };
    }

    /// <summary>I2MCL, Figure 5: the weight of the distillation gradient over its length, in lengths of the task's, and the angle
    /// between the two.</summary>
    public static ResultTable Alphas() => new(
        Named("length ", LengthRatios),
        [
            .. Angles.Select(angle => ResultRow.Of($"{angle} degrees", LengthRatios.Select(ratio =>
                MinNorm.WeightOnFirst(ratio * ratio, ratio * Math.Round(Math.Cos(Math.PI * angle / 180), 15), 1)))),
        ])
    {
        Axes = new CurveAxes("length of the distillation gradient over the task's", "alpha", LengthRatios),
    };

    /// <summary>MMPareto, Figure 3: the range of alpha in which the conventional direction has less noise than the sum, over the
    /// ratio of the gradients' covariances.</summary>
    public static ResultTable LowNoiseRange() => new(
        Named("k = ", CovarianceRatios),
        [
            ResultRow.Of("from", CovarianceRatios.Select(_ => 0.5)),
            ResultRow.Of("to", CovarianceRatios.Select(GradientStatistics.LowNoiseLimitAt)),
        ])
    {
        Axes = new CurveAxes("covariance of the unimodal over the fused gradient", "alpha", CovarianceRatios),
    };

    private static string[] Named(string name, IEnumerable<double> values) => [.. values.Select(value => Named(name, value))];

    private static string Named(string name, double value) => string.Create(CultureInfo.InvariantCulture, $"{name}{value:0.##}");
}
