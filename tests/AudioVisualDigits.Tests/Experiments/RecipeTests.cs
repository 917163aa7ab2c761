using AudioVisualDigits.Experiments;

namespace AudioVisualDigits.Tests.Experiments;

public class RecipeTests
{
    [Fact]
    public void Without_a_folder_it_is_that_of_the_embedded_task() =>
        Recipe.For(null).Should().Be(new Recipe(LearningRate: 0.03, WeightDecay: 5e-3, Epochs: 12, FirstSeed: 1, 1.0 / 8));

    [Fact]
    public void With_a_folder_it_is_that_of_the_real_digits() =>
        Recipe.For("data").Should().Be(new Recipe(LearningRate: 0.1, WeightDecay: 1e-4, Epochs: 16, FirstSeed: 0, 1));

    [Theory]
    [InlineData(16, 12)]
    [InlineData(12, 9)]
    [InlineData(3, 2)]
    [InlineData(1, 1)]
    public void The_rate_drops_at_three_quarters_of_the_epochs(int epochs, int drop) =>
        Recipe.For(null).ToSettings("late", epochs).LearningRateDropEpoch.Should().Be(drop);
}
