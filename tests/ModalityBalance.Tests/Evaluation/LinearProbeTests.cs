using ModalityBalance.Evaluation;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Evaluation;

public class LinearProbeTests
{
    [Fact]
    public void It_separates_what_is_linearly_separable()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var labels = arange(90, dtype: ScalarType.Int64).remainder(3);
        var features = nn.functional.one_hot(labels, 5).to(ScalarType.Float32) + (0.1 * randn(90, 5));

        LinearProbe.Fit(features, labels, 3).Accuracy(features, labels).Should().Be(1);
    }

    [Fact]
    public void It_finds_nothing_in_noise()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(2);
        var labels = arange(4000, dtype: ScalarType.Int64).remainder(4);
        var probe = LinearProbe.Fit(randn(4000, 6), labels, 4);

        // Four equal classes: 0.25, with a standard error of 0.007.
        probe.Accuracy(randn(4000, 6), labels).Should().BeApproximately(0.25, 0.03);
    }

    [Fact]
    public void Shift_and_scale_of_the_features_do_not_matter()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        var labels = arange(300, dtype: ScalarType.Int64).remainder(3);
        var features = nn.functional.one_hot(labels, 4).to(ScalarType.Float64) + randn(300, 4, dtype: ScalarType.Float64);

        double plain = LinearProbe.Fit(features, labels, 3).Accuracy(features, labels);
        var moved = (1000 * features) + 5;

        LinearProbe.Fit(moved, labels, 3).Accuracy(moved, labels).Should().Be(plain);
    }

    [Fact]
    public void A_constant_feature_does_no_harm()
    {
        using var scope = NewDisposeScope();
        var labels = tensor(new long[] { 0, 1, 0, 1 });
        var features = tensor(new float[] { 1, -1, 1, 1, 1, -1, 1, 1 }, [4, 2]);

        LinearProbe.Fit(features, labels, 2).Accuracy(features, labels).Should().Be(1);
    }

    [Fact]
    public void Unfit_input_is_named()
    {
        using var scope = NewDisposeScope();
        var labels = zeros(3, dtype: ScalarType.Int64);
        var probe = LinearProbe.Fit(rand(3, 4), labels, 2);

        ((Action)(() => LinearProbe.Fit(rand(4, 4), labels, 2))).Should().Throw<ArgumentException>().WithMessage("*[4, 4]*[3]*");
        ((Action)(() => LinearProbe.Fit(rand(0, 4), zeros(0, dtype: ScalarType.Int64), 2)))
            .Should().Throw<ArgumentException>().WithMessage("*at least one sample*");
        probe.Invoking(p => p.Accuracy(rand(3, 5), labels)).Should().Throw<ArgumentException>().WithMessage("*4*5*");
    }
}
