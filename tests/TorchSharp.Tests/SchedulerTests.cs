using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim.lr_scheduler;

namespace TorchSharp.Tests;

public class SchedulerTests
{
    private static double[] Rates(Func<optim.Optimizer, LRScheduler> schedule, int epochs)
    {
        using var scope = NewDisposeScope();
        using var optimizer = optim.SGD([new Parameter(ones(1))], 1);
        var scheduler = schedule(optimizer);
        var rates = new List<double>();
        for (int i = 0; i < epochs; i++)
        {
            rates.Add(optimizer.ParamGroups.Single().LearningRate);
            scheduler.step();
        }
        return [.. rates];
    }

    private static void ShouldAgree(double[] actual, params double[] expected) =>
        // The schedules multiply their way from epoch to epoch, a rounding each.
        actual.Should().Equal(expected, (left, right) => Math.Abs(left - right) < 1e-14);

    [Fact]
    public void Steps_lower_the_rate_at_intervals()
    {
        ShouldAgree(Rates(optimizer => StepLR(optimizer, 2, 0.5), 5), 1, 1, 0.5, 0.5, 0.25);
    }

    [Fact]
    public void A_cosine_follows_its_closed_form()
    {
        ShouldAgree(
            Rates(optimizer => CosineAnnealingLR(optimizer, 4, 0.2), 5),
            [.. Enumerable.Range(0, 5).Select(epoch => 0.2 + 0.8 * (1 + Math.Cos(Math.PI * epoch / 4)) / 2)]);
    }

    [Fact]
    public void A_schedule_can_be_set_to_an_epoch()
    {
        using var scope = NewDisposeScope();
        using var optimizer = optim.SGD([new Parameter(ones(1))], 1);
        var scheduler = StepLR(optimizer, 2, 0.5);

        scheduler.step(5);

        scheduler.get_last_lr().Should().Equal(0.25);
        optimizer.ParamGroups.Single().LearningRate.Should().Be(0.25);
        scheduler.step();
        scheduler.get_last_lr().Should().Equal(0.125);
    }

    [Fact]
    public void A_plateau_of_the_metric_lowers_the_rate()
    {
        double[] Rates(Func<optim.Optimizer, LRScheduler> schedule, params double[] metrics)
        {
            using var scope = NewDisposeScope();
            using var optimizer = optim.SGD([new Parameter(ones(1))], 1);
            var scheduler = schedule(optimizer);
            return Array.ConvertAll(metrics, metric =>
            {
                scheduler.step(metric);
                return optimizer.ParamGroups.Single().LearningRate;
            });
        }

        ShouldAgree(Rates(optimizer => ReduceLROnPlateau(optimizer, patience: 1, factor: 0.5), 3, 2, 2, 2, 2, 2), 1, 1, 1, 0.5, 0.5, 0.25);
        ShouldAgree(Rates(optimizer => ReduceLROnPlateau(optimizer, "max", 0.5, 0), 1, 2, 2.0001, 3), 1, 1, 0.5, 0.5);
        ShouldAgree(
            Rates(optimizer => ReduceLROnPlateau(optimizer, "max", 0.5, 0, 0.5, "abs", cooldown: 2), 1, 1.5, 1.5, 1.5, 1.5),
            1, 0.5, 0.5, 0.5, 0.25);
        ShouldAgree(Rates(optimizer => ReduceLROnPlateau(optimizer, patience: 0, min_lr: [0.05]), 1, 1, 1, double.NaN), 1, 0.1, 0.05, 0.05);
    }

    [Fact]
    public void A_plateau_needs_a_metric_and_known_modes()
    {
        using var scope = NewDisposeScope();
        using var optimizer = optim.SGD([new Parameter(ones(1))], 1);

        ReduceLROnPlateau(optimizer).Invoking(scheduler => scheduler.step()).Should().Throw<InvalidOperationException>();
        ReduceLROnPlateau(optimizer).Invoking(scheduler => scheduler.step(3)).Should().Throw<InvalidOperationException>();
        FluentActions.Invoking(() => ReduceLROnPlateau(optimizer, "least")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => ReduceLROnPlateau(optimizer, threshold_mode: "no")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => ReduceLROnPlateau(optimizer, factor: 1)).Should().Throw<ArgumentException>();
    }
}
