using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Tasks;

public class MultiLabelTests
{
    private static readonly MultiLabelTask Task = new(2);

    [Fact]
    public void Loss_confidence_and_distance_of_hand_counted_cases()
    {
        using var scope = NewDisposeScope();
        // Probabilities 3/4 and 1/2; the labels are there and not there.
        var logits = tensor(new[] { Math.Log(3), 0 }, [1, 2]);
        var targets = tensor(new[] { 1.0, 0.0 }, [1, 2]);
        var teacher = tensor(new[] { 0.0, 0.0 }, [1, 2]);

        Task.LossPerSample(logits, targets).item<double>()
            .Should().BeApproximately((Math.Log(4 / 3.0) + Math.Log(2)) / 2, 1e-15);
        Task.ConfidencePerSample(logits, targets).item<double>().Should().BeApproximately((0.75 + 0.5) / 2, 1e-15);
        // KL(1/2 || 3/4) = (log(2/3) + log 2) / 2, and none for the second label; mean of the two.
        Task.DistancePerSample(logits, teacher, 1).item<double>()
            .Should().BeApproximately((Math.Log(2 / 3.0) + Math.Log(2)) / 4, 1e-15);
    }

    [Fact]
    public void The_distance_is_finite_for_extreme_logits()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[] { 1000.0, -1000.0 }, [1, 2]);

        Task.DistancePerSample(logits, -logits, 1).item<double>().Should().BeApproximately(1000, 1e-9);
    }

    [Fact]
    public void Mean_average_precision_and_micro_F1_of_a_hand_counted_case()
    {
        // Label 0 ranks its positives first and third; label 1 has no positive sample.
        var scores = MultiLabelScores.Of(
            new double[,] { { 3, 1 }, { 2, -1 }, { 1, -2 }, { -1, -3 } },
            new[,] { { true, false }, { false, false }, { true, false }, { false, false } });

        scores.MeanAveragePrecision.Should().BeApproximately((1 + (2 / 3.0)) / 2, 1e-15);
        // TP 2 of the predictions at {0,1,2} of label 0 and {0} of label 1: FP 2, FN 0.
        scores.MicroF1.Should().BeApproximately(4 / (4 + 2.0), 1e-15);
        scores.Primary.Should().Be(scores.MeanAveragePrecision);
    }

    [Fact]
    public void Scoring_reads_logits_row_by_row()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new float[] { 1, -1, -1, 1 }, [2, 2]);

        Task.Score(logits, tensor(new float[] { 1, 0, 0, 1 }, [2, 2])).Primary.Should().Be(1);
        Task.Score(logits, tensor(new float[] { 0, 1, 1, 0 }, [2, 2])).Primary.Should().Be(0.5);
    }

    [Fact]
    public void Without_positives_the_scores_are_NaN()
    {
        var scores = MultiLabelScores.Of(new double[,] { { -1 } }, new[,] { { false } });

        scores.MeanAveragePrecision.Should().Be(double.NaN);
        scores.MicroF1.Should().Be(double.NaN);
    }

    [Fact]
    public void A_label_without_positives_is_left_out_of_the_mean()
    {
        MultiLabelScores.Of(new double[,] { { 1, 9 }, { 2, 9 } }, new[,] { { true, false }, { false, false } })
            .MeanAveragePrecision.Should().Be(0.5, "the first label's positive ranks second");
    }

    [Fact]
    public void Equal_logits_share_a_rank_whatever_the_order_of_the_samples()
    {
        foreach (bool first in new[] { true, false })
        {
            MultiLabelScores.Of(new double[,] { { 1 }, { 1 } }, new[,] { { first }, { !first } })
                .MeanAveragePrecision.Should().Be(0.5, "a constant scores the label's frequency");
        }
    }

    [Fact]
    public void Empty_tensors_are_scored_as_no_samples()
    {
        using var scope = NewDisposeScope();

        Task.Score(zeros(0, 2), zeros(0, 2)).Should().Be(new MultiLabelScores(0, double.NaN, double.NaN));
    }

    [Fact]
    public void Targets_that_do_not_fit_are_named()
    {
        Task.Invoking(t => t.CheckTargets(tensor(new[] { 0, 1.5 }, [1, 2])))
            .Should().Throw<ArgumentException>().WithMessage("*[0, 1]*targets[0, 1] is 1.5*");
        Task.Invoking(t => t.CheckTargets(zeros(3, 3)))
            .Should().Throw<ArgumentException>().WithMessage("*[samples, 2]*[3, 3]*");
        foreach (var use in new Func<Tensor, Tensor, Tensor>[] { Task.LossPerSample, Task.ConfidencePerSample })
        {
            use.Invoking(u => u(rand(4, 2), zeros(4, 2, dtype: ScalarType.Int64)))
                .Should().Throw<ArgumentException>().WithMessage("target*floating-point*[4, 2]*Int64*");
            use.Invoking(u => u(rand(4, 2), zeros(4)))
                .Should().Throw<ArgumentException>().WithMessage("target*[batch, labels]*[4, 2]*Float32*[4]*");
        }

        ((Action)(() => _ = new MultiLabelTask(0))).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void The_loss_can_be_summed_over_soft_targets()
    {
        using var scope = NewDisposeScope();
        var summed = new MultiLabelTask(4, sum: true);
        var (logits, targets) = (randn(5, 4), rand(5, 4));

        summed.CheckTargets(targets);

        var expected = -(targets * logits.sigmoid().log()) - ((1 - targets) * (1 - logits.sigmoid()).log());
        summed.LossPerSample(logits, targets).allclose(expected.sum(1), 1e-4, 1e-5).Should().BeTrue();
        new MultiLabelTask(4).LossPerSample(logits, targets.to(ScalarType.Float64))
            .allclose(expected.mean([1L]), 1e-4, 1e-5).Should().BeTrue();
    }
}
