using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Tasks;

public class RegressionTests
{
    [Fact]
    public void The_loss_of_a_sample_is_its_squared_error()
    {
        using var scope = NewDisposeScope();
        var prediction = tensor(new[] { 1.0, -2.0 }, [2, 1]);

        new RegressionTask().LossPerSample(prediction, tensor([3.0, -1.0])).data<double>().ToArray()
            .Should().Equal(4, 1);
    }

    [Fact]
    public void With_a_sigmoid_predictions_are_squashed_first()
    {
        using var scope = NewDisposeScope();
        var task = new RegressionTask(sigmoid: true);
        var prediction = tensor([0.0, Math.Log(3)]);

        // sigmoid(0) = 1/2 and sigmoid(log 3) = 3/4.
        task.LossPerSample(prediction, tensor([1.0, 0.25])).data<double>().ToArray()
            .Should().Equal([0.25, 0.25], (a, b) => Math.Abs(a - b) < 1e-15);
        task.ConfidencePerSample(prediction, tensor([0.5, 0.25])).data<double>().ToArray()
            .Should().Equal([1, 1 / 1.5], (a, b) => Math.Abs(a - b) < 1e-15);
        task.DistancePerSample(prediction, tensor([Math.Log(3), Math.Log(3)]), 2).data<double>().ToArray()
            .Should().Equal([0.0625, 0], (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Fact]
    public void Scores_of_a_hand_counted_case()
    {
        var scores = RegressionScores.Of(predicted: [1, 2, 4], actual: [1, 4, 0]);

        scores.MeanAbsoluteError.Should().Be((0 + 2 + 4) / 3.0);
        scores.MeanAbsolutePercentageError.Should().Be((0 + 0.5) / 2, "a target of zero has no percentage");
        // Mean 5/3: total 4/9 + 49/9 + 25/9 = 78/9; residual 0 + 4 + 16.
        scores.R2.Should().BeApproximately(1 - (20 / (78 / 9.0)), 1e-15);
        scores.Primary.Should().Be(-scores.MeanAbsoluteError);
    }

    [Fact]
    public void By_sign_a_value_is_scored_as_one_of_two_classes()
    {
        using var scope = NewDisposeScope();
        var task = new RegressionTask(scoredBySign: true);

        // Right, wrong, wrong (0 is negative), left out, wrong (not a number), right.
        var scores = task.Score(
            tensor([2.0, -1.0, 0.0, 5.0, double.NaN, -3.0]), tensor([0.4, 3.0, 1.0, 0.0, -2.0, -0.2]));

        // Positive: one hit, three of them, one mentioned; negative: one hit, two of them, three mentioned.
        scores.Should().Be(new ClassificationScores(5, 0.4, ((2 / 4.0) + (2 / 5.0)) / 2));
        task.LossPerSample(tensor([1.0]), tensor([3.0])).item<double>().Should().Be(4, "it is learned as a value");
        task.Score(zeros(0), zeros(0)).Samples.Should().Be(0);
    }

    [Fact]
    public void The_description_names_what_differs()
    {
        new[] { new RegressionTask(), new RegressionTask(sigmoid: true), new RegressionTask(scoredBySign: true) }
            .Select(task => task.Description).Should().Equal(
                "RegressionTask of 1", "RegressionTask of 1, after a sigmoid", "RegressionTask of 1, scored by sign");
        ((Action)(() => _ = new RegressionTask(sigmoid: true, scoredBySign: true)))
            .Should().Throw<ArgumentException>().WithMessage("scoredBySign must be false with a sigmoid*");
    }

    [Fact]
    public void Undefined_scores_are_NaN()
    {
        RegressionScores.Of([], []).MeanAbsoluteError.Should().Be(double.NaN);
        RegressionScores.Of([1, 2], [3, 3]).R2.Should().Be(double.NaN, "the target is constant");
        RegressionScores.Of([1], [0]).MeanAbsolutePercentageError.Should().Be(double.NaN);
        RegressionScores.Of([1], [0]).R2.Should().Be(double.NaN, "one target is constant");
    }

    [Fact]
    public void A_constant_target_has_no_R2_even_if_its_mean_rounds_to_another_number()
    {
        // 0.1 + 0.1 + 0.1 is not 0.3 in binary, so that the total sum of squares is not exactly zero.
        RegressionScores.Of([0, 0, 0], [0.1, 0.1, 0.1]).R2.Should().Be(double.NaN);
    }

    [Fact]
    public void Empty_tensors_are_scored_as_no_samples()
    {
        using var scope = NewDisposeScope();

        new RegressionTask().Score(zeros(0), zeros(0))
            .Should().Be(new RegressionScores(0, double.NaN, double.NaN, double.NaN));
    }

    [Fact]
    public void Targets_that_do_not_fit_are_named()
    {
        new RegressionTask(sigmoid: true).Invoking(t => t.CheckTargets(tensor([0.5, 1.5])))
            .Should().Throw<ArgumentException>().WithMessage("*[0, 1]*targets[1] is 1.5*");
        new RegressionTask().Invoking(t => t.CheckTargets(tensor([double.NaN])))
            .Should().Throw<ArgumentException>().WithMessage("*finite*targets[0] is NaN*");
        new RegressionTask().Invoking(t => t.CheckTargets(zeros(3, dtype: ScalarType.Int64)))
            .Should().Throw<ArgumentException>().WithMessage("*Int64*");
        new RegressionTask().Invoking(t => t.LossPerSample(zeros(3, 2), zeros(3)))
            .Should().Throw<ArgumentException>().WithMessage("*one value per sample, 3*[3, 2]*");
    }

    [Fact]
    public void Batches_with_targets_of_another_kind_are_refused_and_not_broadcast()
    {
        using var scope = NewDisposeScope();
        var task = new RegressionTask();
        foreach (var use in new Func<Tensor, Tensor, Tensor>[] { task.LossPerSample, task.ConfidencePerSample })
        {
            use.Invoking(u => u(zeros(4, 1), zeros(4, 1)))
                .Should().Throw<ArgumentException>().WithMessage("target*[batch]*[4, 1], but is Float32 of shape [4, 1]*");
            use.Invoking(u => u(zeros(4, 1), zeros(4, dtype: ScalarType.Int64)))
                .Should().Throw<ArgumentException>().WithMessage("target*floating-point*[4, 1]*Int64*[4]*");
            use.Invoking(u => u(zeros(1, 4), zeros(4)))
                .Should().Throw<ArgumentException>().WithMessage("prediction*4*[1, 4]*");
        }

        task.DistancePerSample(zeros(4, 1), ones(4, 1), 1).shape.Should().Equal(4);
    }
}
