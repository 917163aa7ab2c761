using AudioVisualDigits.Data;

namespace AudioVisualDigits.Tests.Data;

public class CounterRandomTests
{
    // The recipes print 16 or 17 digits of the uniforms, so they must agree to the last place.
    [Fact]
    public void Uniforms_equal_those_of_the_recipe()
    {
        var random = new CounterRandom(1, 0);
        double[] drawn = [random.Uniform(0), random.Uniform(1), random.Uniform(2)];
        drawn.Should().Equal(0.8054269619380791, 0.6568489343692039, 0.5364651009670784);
        new CounterRandom(4, 0).Uniform(0).Should().Be(0.9438779081635297);
    }

    // Logarithm and cosine may differ by some units in the last place between machines.
    [Fact]
    public void Gaussians_equal_those_of_the_recipe() =>
        new CounterRandom(4, 0).Gaussians(8000).Take(3).Should().Equal(
            [-1.9687325957940223, -2.8367823765871103, -0.8281368267942106],
            (found, expected) => Math.Abs(found - expected) < 1e-14);

    [Fact]
    public void Numbers_of_the_embedded_task_equal_those_of_its_recipe()
    {
        var random = new CounterRandom(65, 0);
        double[] drawn =
            [new CounterRandom(64, 0).Uniform(0), random.Uniform(0), random.Uniform(1), random.Uniform(2)];
        drawn.Should().Equal(
            [.88285664, .73138088, .85721608, .53055626], (found, expected) => Math.Abs(found - expected) < 5e-9);
        new CounterRandom(68, 0).Gaussians(784).Take(3).Should().Equal(
            [-.58828768, -.53688992, -2.30741254], (found, expected) => Math.Abs(found - expected) < 5e-9);
    }

    // 1e5 draws: the standard error of a frequency of a tenth is 0.00095, of a moment below 0.008.
    [Fact]
    public void Integers_fall_on_each_value_below_the_bound_equally_often()
    {
        var random = new CounterRandom(2, 3);
        var counts = Enumerable.Range(0, 100_000).CountBy(k => random.Integer(k, 10)).ToDictionary();
        counts.Keys.Should().BeEquivalentTo(Enumerable.Range(0, 10));
        counts.Values.Should().AllSatisfy(count => count.Should().BeInRange(9_500, 10_500));
    }

    [Fact]
    public void Gaussians_have_the_moments_of_the_standard_normal()
    {
        var numbers = new CounterRandom(7, 7).Gaussians(100_000);
        numbers.Average().Should().BeApproximately(0, 0.02);
        numbers.Average(x => x * x).Should().BeApproximately(1, 0.03);
        numbers.Average(x => x * x * x * x).Should().BeApproximately(3, 0.25);
    }

    [Fact]
    public void Streams_and_indices_give_different_numbers()
    {
        var firsts = from stream in Enumerable.Range(0, 100)
                     from index in Enumerable.Range(0, 100)
                     select new CounterRandom(stream, index).Uniform(0);
        firsts.Should().OnlyHaveUniqueItems();
    }
}
