using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Tests;

public class LossTests
{
    [Fact]
    public void Cross_entropy_is_the_mean_negative_log_probability_of_the_labels()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[] { 0.0, Math.Log(3), 0.0, 0.0 }, dimensions: [2, 2]);
        var labels = tensor(new long[] { 0, 1 });

        functional.cross_entropy(logits, labels, reduction: Reduction.None).Values()
            .Should().Equal([Math.Log(4), Math.Log(2)], (actual, expected) => Math.Abs(actual - expected) < 1e-15);
        functional.cross_entropy(logits, labels).item<double>().Should().BeApproximately(Math.Log(8) / 2, 1e-15);
    }

    [Fact]
    public void Divergence_takes_log_targets_unless_told_otherwise()
    {
        using var scope = NewDisposeScope();
        var input = tensor(new[] { 0.5, 0.5 }).log();
        var target = tensor(new[] { 0.25, 0.75 });
        double expected = 0.25 * Math.Log(0.5) + 0.75 * Math.Log(1.5);

        functional.kl_div(input, target.log(), reduction: Reduction.Sum).item<double>().Should().BeApproximately(expected, 1e-15);
        functional.kl_div(input, target, log_target: false, reduction: Reduction.Sum).item<double>().Should().BeApproximately(expected, 1e-15);
    }

    [Fact]
    public void Reductions_are_a_mean_a_sum_or_none()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 3.0 });
        var zero = zeros(2, dtype: float64);

        functional.mse_loss(x, zero).item<double>().Should().Be(5);
        functional.mse_loss(x, zero, Reduction.Sum).item<double>().Should().Be(10);
        functional.l1_loss(x, zero, Reduction.None).Values().Should().Equal(1, 3);
    }
}
