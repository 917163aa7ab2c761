using System.Globalization;
using ModalityBalance.Solvers;
using ModalityBalance.Strategies;
using static TorchSharp.torch;

namespace Papers;

/// <summary>The two closed forms of I2MCL as numbers (Figures 4 and 5). Nothing is trained.</summary>
internal static class CurriculumFigures
{
    private static readonly double[] Differences = [-4, -2, -1, 0, 1, 2, 4, 8];
    private static readonly double[] LengthRatios = [0.25, 0.5, 1, 2, 4];
    private static readonly int[] Angles = [0, 45, 90, 135, 180];

    /// <summary>The weight of a sample over the difference between its loss and the threshold, for several beta.</summary>
    public static ResultTable SampleWeights()
    {
        using var scope = NewDisposeScope();
        double[] betas = [0.5, 1, 2];
        return new ResultTable(
            [.. Differences.Select(difference => string.Create(CultureInfo.InvariantCulture, $"l - lambda = {difference:0.#}"))],
            [
                .. betas.Select(beta => new ResultRow(
                    string.Create(CultureInfo.InvariantCulture, $"beta = {beta:0.#}"),
                    [.. SelfPacedWeight.Of(tensor(Differences), tensor(0.0), beta).data<double>().Select(weight => (double?)weight)])),
            ]);
    }

    /// <summary>The weight of the distillation gradient over its length, in lengths of the task's, and the angle between the two.
    /// </summary>
    public static ResultTable Alphas() => new(
        [.. LengthRatios.Select(ratio => string.Create(CultureInfo.InvariantCulture, $"length {ratio:0.##}"))],
        [
            .. Angles.Select(angle => new ResultRow($"{angle} degrees",
            [
                .. LengthRatios.Select(ratio => (double?)MinNorm.WeightOnFirst(
                    ratio * ratio, ratio * Math.Round(Math.Cos(Math.PI * angle / 180), 15), 1)),
            ])),
        ]);
}
