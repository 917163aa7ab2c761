using ModalityBalance.Strategies;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

public class MovingThresholdTests
{
    [Fact]
    public void The_first_mean_starts_it_even_if_it_is_zero()
    {
        using var scope = NewDisposeScope();
        using var threshold = new MovingThreshold(0.75);

        threshold.Save().Should().Be(new MovingThresholdState(false, 0));
        threshold.Update(tensor(0.0));
        threshold.Save().Should().Be(new MovingThresholdState(true, 0));
        threshold.Update(tensor(8.0));
        threshold.Save().Should().Be(new MovingThresholdState(true, 2));
    }

    [Fact]
    public void The_value_survives_the_scopes_of_its_steps()
    {
        using var threshold = new MovingThreshold(0.5);
        for (var step = 0; step < 3; step++)
        {
            using var scope = NewDisposeScope();
            threshold.Update(tensor((float)step));
            scope.DisposablesCount.Should().Be(1, "only the mean itself lives in the scope");
        }

        threshold.Save().Value.Should().Be(1.25);
    }

    [Fact]
    public void A_restored_threshold_goes_on_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        using var original = new MovingThreshold();
        using var restored = new MovingThreshold();
        original.Update(tensor(0.1f));
        original.Update(tensor(0.7f));

        restored.Restore(original.Save());

        restored.Save().Should().Be(original.Save());
        restored.Update(tensor(0.3f)).item<float>().Should().Be(original.Update(tensor(0.3f)).item<float>());
    }

    [Fact]
    public void Restoring_an_unstarted_state_starts_over()
    {
        using var scope = NewDisposeScope();
        using var threshold = new MovingThreshold();
        threshold.Update(tensor(5.0));

        threshold.Restore(default);

        threshold.Save().IsStarted.Should().BeFalse();
        threshold.Update(tensor(2.0)).item<double>().Should().Be(2);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_mean_that_is_not_finite_leaves_it_as_it_was(double mean)
    {
        using var scope = NewDisposeScope();
        using var threshold = new MovingThreshold();

        threshold.Update(tensor(mean));
        threshold.Save().Should().Be(default(MovingThresholdState));
        threshold.Update(tensor(3.0));
        threshold.Update(tensor(mean)).item<double>().Should().Be(3);
    }

    [Fact]
    public void The_mean_is_not_changed_and_no_gradient_flows()
    {
        using var scope = NewDisposeScope();
        using var threshold = new MovingThreshold();
        var first = tensor(5.0, requires_grad: true);

        threshold.Update(first);

        threshold.Update(tensor(7.0, requires_grad: true)).requires_grad.Should().BeFalse();
        first.item<double>().Should().Be(5);
    }

    [Theory]
    [InlineData(0.0, 4.0)]
    [InlineData(1.0, 3.0)]
    public void The_ends_of_gamma_follow_or_freeze(double gamma, double expected)
    {
        using var scope = NewDisposeScope();
        using var threshold = new MovingThreshold(gamma);

        threshold.Update(tensor(3.0));
        threshold.Update(tensor(4.0)).item<double>().Should().Be(expected);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Gamma_outside_zero_to_one_is_refused(double gamma)
    {
        FluentActions.Invoking(() => new MovingThreshold(gamma))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName(nameof(gamma));
    }

    [Fact]
    public void A_vector_is_no_mean()
    {
        using var losses = zeros(3);
        using var threshold = new MovingThreshold();

        FluentActions.Invoking(() => threshold.Update(losses)).Should().Throw<ArgumentException>();
    }
}
