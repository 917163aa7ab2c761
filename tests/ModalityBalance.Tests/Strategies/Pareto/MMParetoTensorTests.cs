using ModalityBalance.Solvers;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Solvers;
using ModalityBalance.Tests.Support;
using static ModalityBalance.Tests.Solvers.VectorSampler;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

/// <summary>The tensor forms against the scalar ones, which have tests of their own.</summary>
public class MMParetoTensorTests
{
    [Theory]
    [MemberData(nameof(Relations), MemberType = typeof(VectorSampler))]
    public void Min_norm_weights_equal_the_scalar_ones(string relation)
    {
        using var scope = NewDisposeScope();
        var (aa, ab, bb) = InnerProducts(Pairs(relation).Draw(300));

        var weights = MinNorm.WeightOnFirst(tensor(aa), tensor(ab), tensor(bb)).data<double>().ToArray();

        weights.Should().Equal(aa.Select((_, i) => MinNorm.WeightOnFirst(aa[i], ab[i], bb[i])));
    }

    [Theory]
    [MemberData(nameof(Relations), MemberType = typeof(VectorSampler))]
    public void Coefficients_equal_the_scalar_ones(string relation)
    {
        using var scope = NewDisposeScope();
        var (mm, mu, uu) = InnerProducts(Pairs(relation).Draw(300));

        var result = ParetoIntegration.Integrate(tensor(mm), tensor(mu), tensor(uu), gamma: 1.25);

        for (var i = 0; i < mm.Length; i++)
        {
            // The same operations in the same order; a vectorised square root may round another way.
            var expected = ReferencePareto.Integrate(mm[i], mu[i], uu[i], gamma: 1.25);
            At(result.Cosine, i).Should().BeApproximately(expected.Cosine, 1e-15);
            At(result.Multimodal, i).Should().BeApproximately(expected.Multimodal, 1e-9 * expected.Multimodal);
            At(result.Unimodal, i).Should().BeApproximately(expected.Unimodal, 1e-9 * expected.Unimodal);
            At(result.WeightMultimodal, i).Should().Be(expected.WeightMultimodal);
            At(result.WeightUnimodal, i).Should().Be(expected.WeightUnimodal);
            result.IsStationary[i].item<bool>().Should().Be(expected.IsStationary);
        }
    }

    [Fact]
    public void Zero_opposite_and_agreeing_gradients_stand_side_by_side()
    {
        using var scope = NewDisposeScope();

        var result = ParetoIntegration.Integrate(
            tensor([0, 4, 0, 4, 1, double.NaN]), tensor([0.0, 0, 0, -6, 0.5, 0]), tensor([9.0, 0, 0, 9, 1, 1]));

        result.Multimodal.data<double>().Should().Equal(1.5, 1.5, 1.5, 0, 1.5, double.NaN);
        result.Unimodal.data<double>().Should().Equal(1.5, 1.5, 1.5, 0, 1.5, double.NaN);
        result.Cosine.data<double>().Should().Equal(0, 0, 0, -1, 0.5, double.NaN);
        result.Rescale.data<double>().Should().Equal(1, 1, 1, 0, 1, double.NaN);
        result.IsStationary.data<bool>().Should().Equal(false, false, false, true, false, false);
    }

    [Fact]
    public void Equal_vectors_get_a_half_and_ends_are_exact_in_single_precision_too()
    {
        using var scope = NewDisposeScope();

        var weights = MinNorm.WeightOnFirst(tensor([3f, 0, 1, 5]), tensor([3f, 0, 2, 2]), tensor([3f, 0, 5, 1]));

        weights.data<float>().Should().Equal(0.5f, 0.5f, 1, 0);
    }

    [Fact]
    public void Conventional_coefficients_are_the_number_of_gradients_times_the_weights()
    {
        using var scope = NewDisposeScope();

        OnHost.Direction(1, 0, 3).Should().Be(new ReferencePareto(1.5, 0.5, 0, 0.75, 0.25, 1, false));
        OnHost.Direction(1, -1, 1).Should().Be(new ReferencePareto(1, 1, -1, 0.5, 0.5, 1, true));
        OnHost.Direction(1, 2, 5).Should().Be(new ReferencePareto(2, 0, 2 / Math.Sqrt(5), 1, 0, 1, false));
    }

    [Fact]
    public void Only_the_results_survive_in_the_callers_scope()
    {
        using var inputs = NewDisposeScope();
        var (mm, mu, uu) = (tensor(1.0), tensor(-0.5), tensor(1.0));
        using var scope = NewDisposeScope();

        ParetoIntegration.Integrate(mm, mu, uu);
        scope.DisposablesCount.Should().Be(7);
        ParetoIntegration.Direction(mm, mu, uu);
        scope.DisposablesCount.Should().Be(14);
        MinNorm.WeightOnFirst(mm, mu, uu);
        scope.DisposablesCount.Should().Be(15);
    }

    [Fact]
    public void Unequal_shapes_and_single_precision_are_refused()
    {
        using var scope = NewDisposeScope();
        var (one, two, single) = (tensor([1.0]), tensor([1.0, 2]), tensor([1f]));

        FluentActions.Invoking(() => ParetoIntegration.Integrate(one, two, one))
            .Should().Throw<ArgumentException>().WithParameterName("mu").WithMessage("*[1]*[2]*");
        FluentActions.Invoking(() => MinNorm.WeightOnFirst(one, one, single))
            .Should().Throw<ArgumentException>().WithParameterName("bb").WithMessage("*Float32*");
        FluentActions.Invoking(() => ParetoIntegration.Integrate(single, single, single))
            .Should().Throw<ArgumentException>().WithParameterName("mm").WithMessage("*Float64*");
    }

    private static double At(Tensor values, int index) => values[index].item<double>();

    private static (double[] AA, double[] AB, double[] BB) InnerProducts(IEnumerable<(double[] A, double[] B)> pairs)
    {
        var list = pairs.ToArray();
        return ([.. list.Select(pair => Dot(pair.A, pair.A))],
            [.. list.Select(pair => Dot(pair.A, pair.B))],
            [.. list.Select(pair => Dot(pair.B, pair.B))]);
    }
}
