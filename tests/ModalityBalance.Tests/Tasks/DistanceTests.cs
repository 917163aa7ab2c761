using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Tasks;

/// <summary>Distances to a teacher by hand: at the temperature T, logits T log 3 and 0 are the odds 3 to 1.</summary>
public class DistanceTests
{
    // KL(1/2 || 3/4) of two outcomes.
    private static readonly double Divergence = (Math.Log(2 / 3.0) + Math.Log(2)) / 2;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(0.5)]
    public void Logits_are_divided_by_the_temperature_and_the_divergence_multiplied_by_its_square(double temperature)
    {
        using var scope = NewDisposeScope();
        double expected = temperature * temperature * Divergence;
        var logits = tensor(new[] { temperature * Math.Log(3), 0 }, [1, 2]);

        new ClassificationTask(2).DistancePerSample(logits, zeros_like(logits), temperature).item<double>()
            .Should().BeApproximately(expected, 1e-15);
        // The second label's odds are 1 to 1 in both, and the distance is the mean of the labels'.
        new MultiLabelTask(2).DistancePerSample(logits, zeros_like(logits), temperature).item<double>()
            .Should().BeApproximately(expected / 2, 1e-15);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0.5)]
    public void The_teachers_logits_are_divided_too_and_its_probabilities_weigh(double temperature)
    {
        using var scope = NewDisposeScope();
        // KL(3/4 || 1/2) = 3/4 log 3/2 + 1/4 log 1/2.
        double expected = temperature * temperature * ((0.75 * Math.Log(1.5)) + (0.25 * Math.Log(0.5)));
        var teacher = tensor(new[] { temperature * Math.Log(3), 0 }, [1, 2]);

        new ClassificationTask(2).DistancePerSample(zeros_like(teacher), teacher, temperature).item<double>()
            .Should().BeApproximately(expected, 1e-15);
        new MultiLabelTask(2).DistancePerSample(zeros_like(teacher), teacher, temperature).item<double>()
            .Should().BeApproximately(expected / 2, 1e-15);
    }

    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 0.0625)]
    public void Values_have_no_temperature(bool sigmoid, double expected)
    {
        using var scope = NewDisposeScope();
        // Without a sigmoid 2 against 0; with it 3/4 against 1/2.
        var prediction = tensor(new[] { sigmoid ? Math.Log(3) : 2 }, [1, 1]);

        new RegressionTask(sigmoid).DistancePerSample(prediction, zeros_like(prediction), 7).item<double>()
            .Should().BeApproximately(expected, 1e-15);
    }
}
