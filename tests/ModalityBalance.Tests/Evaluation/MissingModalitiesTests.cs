using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Tests.Support;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Evaluation;

public class MissingModalitiesTests
{
    [Fact]
    public void Every_subset_is_scored_once_and_the_whole_one_as_ever()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(3, "concat");
        var data = Toy.Data(3).InOrder(40);

        var subsets = MissingModalities.OfSubsets(model, Toy.Task, data, CPU);

        subsets.Select(subset => string.Concat(subset.Modalities)).Should()
            .Equal("0", "1", "01", "2", "02", "12", "012");
        subsets[^1].Scores.Should().Be(Evaluator.Evaluate(model, Toy.Task, data, CPU).Fused);
        subsets.Should().OnlyContain(subset => subset.SamplesWithoutModality == 0 && subset.Scores.Samples == 96);
    }

    [Fact]
    public void With_late_fusion_a_single_modality_is_its_own_head()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var data = Toy.Data().InOrder(40);

        var subsets = MissingModalities.OfSubsets(model, Toy.Task, data, CPU);

        subsets.Take(2).Select(subset => subset.Scores).Should()
            .Equal(Evaluator.Evaluate(model, Toy.Task, data, CPU).Unimodal);
    }

    [Fact]
    public void Samples_that_lack_the_whole_subset_are_counted_and_scored_on_nothing()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var whole = Toy.Batch(size: 4);
        var present = new PresenceMask(new[,] { { true, true }, { true, false }, { false, true }, { true, false } });
        var data = new MultimodalDataset(whole.Inputs, whole.Targets, Toy.Task, present);

        var subsets = MissingModalities.OfSubsets(model, Toy.Task, data.InOrder(3), CPU);

        subsets.Select(subset => subset.SamplesWithoutModality).Should().Equal(1, 2, 0);
        subsets.Should().OnlyContain(subset => subset.Scores.Samples == 4);
    }

    [Fact]
    public void Nothing_is_missing_at_rate_0_and_all_but_one_at_rate_1()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(3);
        var data = Toy.Data(3).InOrder(40);
        var options = new MissingModalitiesOptions { Rates = [0, 1] };

        var rates = MissingModalities.AtRandom(model, Toy.Task, data, CPU, options);

        rates[0].Should().Be(new MissingRateScores(0, 0, Evaluator.Evaluate(model, Toy.Task, data, CPU).Fused));
        rates[1].ActualRate.Should().Be(2 / 3.0);
    }

    [Fact]
    public void The_batch_size_does_not_matter_and_the_seed_does()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var data = Toy.Data();

        var whole = Sweep(96, seed: 1);

        // Float32 rounds the loss differently by batch.
        Sweep(7, seed: 1).Should().Equal(
            whole, (one, other) => Rounded(one) == Rounded(other));
        Sweep(96, seed: 2).Select(rate => rate.ActualRate).Should().NotEqual(whole.Select(rate => rate.ActualRate));

        static MissingRateScores Rounded(MissingRateScores rate) =>
            rate with { Scores = rate.Scores with { Loss = Math.Round(rate.Scores.Loss, 5) } };

        IReadOnlyList<MissingRateScores> Sweep(int batch, int seed) => MissingModalities.AtRandom(
            model, Toy.Task, data.InOrder(batch), CPU, new MissingModalitiesOptions { Seed = seed });
    }

    [Fact]
    public void The_share_that_is_missing_is_that_of_independent_losses_without_the_last()
    {
        var draws = new RandomDropout(3).Draw(20_000, 2);

        foreach (double rate in new[] { 0.1, 0.3, 0.6 })
        {
            RandomDropout.Mask(draws, had: null, rate, out long lost);

            // Of two, one is kept of the rate^2 cases in which both would go; four standard errors are below 0.01.
            (lost / 40_000.0).Should().BeApproximately(rate - (rate * rate / 2), 0.01);
        }
    }

    [Fact]
    public void What_is_missing_stays_missing_at_higher_rates_and_was_there_before()
    {
        var had = new PresenceMask(new[,] { { true, true, false }, { false, true, false }, { false, false, false } });
        var draws = new RandomDropout(4).Draw(3, 3);
        var before = RandomDropout.Mask(draws, had, 0, out _);
        foreach (double rate in new[] { 0.0, 0.2, 0.4, 0.6, 0.8, 1.0 })
        {
            var left = RandomDropout.Mask(draws, had, rate, out _);
            for (int i = 0; i < 9; i++)
            {
                (left[i / 3, i % 3] && !(before[i / 3, i % 3] && had[i / 3, i % 3])).Should().BeFalse();
            }

            before = left;
            (left[1, 1], left[2, 0]).Should().Be((true, false), "the last one stays, and what was absent is absent");
        }
    }

    [Fact]
    public void Options_and_models_out_of_range_are_named()
    {
        using var scope = NewDisposeScope();
        using var many = Toy.Model(11);
        using var model = Toy.Model();
        var data = Toy.Data().InOrder(40);

        ((Action)(() => MissingModalities.OfSubsets(many, Toy.Task, data, CPU)))
            .Should().Throw<ArgumentException>().WithMessage("*at most 10 modalities*has 11*");
        var options = new MissingModalitiesOptions { Rates = [0, 1.5] };
        ((Action)(() => MissingModalities.AtRandom(model, Toy.Task, data, CPU, options)))
            .Should().Throw<ArgumentException>().WithMessage("Rates?1? must lie in ?0, 1?, but is 1.5*");
    }
}
