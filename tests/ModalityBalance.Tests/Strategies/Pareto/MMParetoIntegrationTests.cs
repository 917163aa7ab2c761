using ModalityBalance.Strategies;
using ModalityBalance.Tests.Golden;
using ModalityBalance.Tests.Support;
using static ModalityBalance.Tests.Solvers.VectorSampler;

namespace ModalityBalance.Tests.Strategies;

public class MMParetoIntegrationTests
{
    private sealed record GoldenCase(
        double[] Multimodal,
        double[] Unimodal,
        double Cosine,
        double WeightMultimodal,
        double WeightUnimodal,
        double Gamma,
        double[] Integrated);

    private sealed record GoldenSet(GoldenCase[] Cases);

    [Fact]
    [Trait("Category", "Golden")]
    public void Golden_updates_are_met()
    {
        foreach (var golden in GoldenFiles.Read<GoldenSet>("mmpareto.json").Cases)
        {
            var (m, u) = (golden.Multimodal, golden.Unimodal);
            var result = OnHost.Integrate(Dot(m, m), Dot(m, u), Dot(u, u), golden.Gamma);

            result.Cosine.ShouldMatch(golden.Cosine, scale: 1);
            result.WeightMultimodal.ShouldMatch(golden.WeightMultimodal, scale: 1);
            result.WeightUnimodal.ShouldMatch(golden.WeightUnimodal, scale: 1);
            Sum(result.Multimodal, m, result.Unimodal, u).ShouldMatch(golden.Integrated);
        }
    }

    [Fact]
    public void Gradients_that_agree_are_added()
    {
        var result = OnHost.Integrate(4, 0, 9, gamma: 2);

        result.Should().Be(new ReferencePareto(2, 2, 0, 0.5, 0.5, 1, false));
    }

    [Theory]
    [InlineData(0, 0, 9)]
    [InlineData(4, 0, 0)]
    [InlineData(0, 0, 0)]
    public void A_zero_gradient_conflicts_with_none(double mm, double mu, double uu)
    {
        var result = OnHost.Integrate(mm, mu, uu);

        result.Should().Be(new ReferencePareto(1.5, 1.5, 0, 0.5, 0.5, 1, false));
    }

    [Theory]
    [InlineData(1, -1, 1)]
    [InlineData(4, -6, 9)]
    [InlineData(1e-150, -1e-150, 1e-150)]
    [InlineData(1e150, -1, 1e-150)]
    [InlineData(1, -1 + 1.5e-14, 1)]
    public void Opposite_gradients_are_stationary_and_get_no_update(double mm, double mu, double uu)
    {
        var result = OnHost.Integrate(mm, mu, uu);

        result.IsStationary.Should().BeTrue();
        result.Multimodal.Should().Be(0);
        result.Unimodal.Should().Be(0);
    }

    [Fact]
    public void Nearly_opposite_gradients_are_not_stationary()
    {
        OnHost.Integrate(1, -1 + 1e-12, 4).IsStationary.Should().BeFalse();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Gamma_must_be_above_zero(double gamma)
    {
        FluentActions.Invoking(() => OnHost.Integrate(1, 0, 1, gamma))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName(nameof(gamma));
        FluentActions.Invoking(() => ParetoIntegration.Integrate(new double[,] { { 1, 0 }, { 0, 1 } }, gamma))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName(nameof(gamma));
    }
}
