using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Solvers;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Golden;
using ModalityBalance.Tests.Support;
using static ModalityBalance.Tests.Support.ToyStep;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

/// <summary>Length and direction of MMPareto's update, from the gradients of joint and of unimodal training.</summary>
public class MMParetoRescaleTests
{
    private const double Gamma = 0.7;

    public static TheoryData<MMParetoRescale, bool> Settings => new()
    {
        { MMParetoRescale.PerEncoder, false }, { MMParetoRescale.PerEncoder, true },
        { MMParetoRescale.PerTensor, false }, { MMParetoRescale.PerTensor, true },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void The_update_is_the_min_norm_direction_gamma_times_as_long_as_the_sum(
        MMParetoRescale rescale, bool conflict)
    {
        using var scope = NewDisposeScope();
        using var model = Model(conflict);
        var batch = Batch();
        var g = FirstEncoder(new JointTraining(), model, batch);
        var h = FirstEncoder(new UnimodalTraining(), model, batch);

        var actual = FirstEncoder(new MMPareto(new MMParetoOptions { Gamma = Gamma, Rescale = rescale }), model, batch);

        (Dot(Whole(g), Whole(h)) < 0).Should().Be(conflict);
        double alpha = conflict ? MinNorm.WeightOnFirst(Whole(g), Whole(h)) : 0.5;
        var (sum, direction) = (Combine(1, g, 1, h), Combine(alpha, g, 1 - alpha, h));
        double[][] expected = rescale == MMParetoRescale.PerTensor
            ? [.. direction.Zip(sum, (part, ofSum) => Scaled(part, Gamma * Norm(ofSum) / Norm(part)))]
            : [.. direction.Select(part => Scaled(part, Gamma * Norm(Whole(sum)) / Norm(Whole(direction))))];
        Whole(actual).ShouldMatch(Whole(expected));
    }

    [Fact]
    public void A_report_tells_lengths_weight_and_stretch()
    {
        using var scope = NewDisposeScope();
        // The nearest point of the segment from (1, 0) to (-1, 1) lies at 0.6 of the first.
        var conflict = Conflict([1, 0], [-1, 1]);

        conflict["cosine"][0].Should().BeApproximately(-1 / Math.Sqrt(2), 1e-15);
        conflict["multimodal_norm"][0].Should().Be(1);
        conflict["unimodal_norm"][0].Should().BeApproximately(Math.Sqrt(2), 1e-15);
        conflict["weight_multimodal"][0].Should().BeApproximately(0.6, 1e-15);
        conflict["rescale"][0].Should().BeApproximately(1 / Math.Sqrt(0.8), 1e-15, "|(0, 1)| over |2 (0.2, 0.4)|");
        conflict["stationary"][0].Should().Be(0);
    }

    [Fact]
    public void A_report_tells_opposite_gradients()
    {
        using var scope = NewDisposeScope();
        var conflict = Conflict([3, 0], [-4, 0]);

        (conflict["cosine"][0], conflict["multimodal_norm"][0], conflict["unimodal_norm"][0]).Should().Be((-1, 3, 4));
        conflict["rescale"][0].Should().Be(0);
        conflict["stationary"][0].Should().Be(1);
    }

    private static StepReport Conflict(double[] multimodal, double[] unimodal)
    {
        var whole = new GradientProducts([tensor(multimodal)], [tensor(unimodal)]).Whole();
        var figures = new ParetoFigures(modalities: 1, CPU);
        figures.Set(0, whole, ParetoIntegration.Integrate(whole.FirstFirst, whole.FirstSecond, whole.SecondSecond));
        return figures.AddTo(new StepReport(tensor(0.0), null));
    }

    /// <summary>With the fusion turned against the first head, the two losses pull the first encoder apart.</summary>
    private static MultimodalModel Model(bool conflict)
    {
        var model = ToyStep.Model(fusion: "concat");
        using var noGrad = no_grad();
        var parameters = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        parameters["fusion.classifier.weight"].narrow(1, 0, Toy.Width)
            .copy_((conflict ? -2 : 2) * parameters["head_m0.weight"]);
        return model;
    }

    private static double[][] FirstEncoder(IGradientStrategy strategy, MultimodalModel model, MultimodalBatch batch)
    {
        Run(strategy, model, batch);
        return [.. model.Encoder(0).parameters().Select(parameter => Gradient([parameter]))];
    }

    private static double[][] Combine(double a, double[][] x, double b, double[][] y) =>
        [.. x.Zip(y, (first, second) => ToyStep.Combine(a, first, b, second))];

    private static double[] Scaled(double[] x, double factor) => [.. x.Select(element => factor * element)];

    private static double[] Whole(double[][] parts) => [.. parts.SelectMany(part => part)];

    private static double Dot(double[] x, double[] y) => x.Zip(y, (first, second) => first * second).Sum();

    private static double Norm(double[] x) => Math.Sqrt(Dot(x, x));
}
