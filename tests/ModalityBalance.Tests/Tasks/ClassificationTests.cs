using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Tasks;

public class ClassificationTests
{
    private static readonly ClassificationTask Task = new(3);

    [Fact]
    public void The_loss_of_a_sample_is_its_cross_entropy()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new double[] { 0, 0, 0, 1, 2, 3 }, [2, 3]);

        var losses = Task.LossPerSample(logits, tensor(new long[] { 1, 2 })).data<double>().ToArray();

        losses[0].Should().BeApproximately(Math.Log(3), 1e-15, "three equal logits");
        double rest = Math.Log(1 + Math.Exp(-1) + Math.Exp(-2));
        losses[1].Should().BeApproximately(rest, 1e-15, "log(e^1 + e^2 + e^3) - 3");
    }

    [Fact]
    public void Accuracy_and_macro_F1_of_a_hand_counted_case()
    {
        // Class 0: TP 1, FN 1; class 1: TP 2, FP 1; class 2: TP 0, FP 0, FN 1, with 1 FP on class 0.
        var scores = ClassificationScores.Of(predicted: [0, 1, 1, 1, 0], actual: [0, 0, 1, 1, 2], classes: 3);

        scores.Samples.Should().Be(5);
        scores.Accuracy.Should().Be(3.0 / 5);
        scores.MacroF1.Should().BeApproximately(((2.0 / 4) + (4.0 / 5) + 0) / 3, 1e-15);
        scores.Primary.Should().Be(scores.Accuracy);
    }

    [Fact]
    public void Classes_that_play_no_part_do_not_lower_the_macro_F1()
    {
        ClassificationScores.Of([0, 1], [0, 1], classes: 10).MacroF1.Should().Be(1);
    }

    [Fact]
    public void Without_samples_the_scores_are_NaN()
    {
        var scores = ClassificationScores.Of([], [], classes: 3);

        scores.Accuracy.Should().Be(double.NaN);
        scores.MacroF1.Should().Be(double.NaN);
    }

    [Fact]
    public void A_class_without_samples_lowers_the_macro_F1_only_where_it_is_predicted()
    {
        // Class 0: TP 1, FN 1, F1 2/3; class 1: FP 1, F1 0; class 2 plays no part.
        ClassificationScores.Of([0, 1], [0, 0], classes: 3).MacroF1.Should().Be(1 / 3.0);
    }

    [Fact]
    public void Logits_that_are_not_numbers_are_wrong()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[] { 5f, 0, 0, float.NaN, float.NaN, float.NaN }, [2, 3]);

        new ClassificationTask(3).Score(logits, zeros(2, dtype: ScalarType.Int64))
            .Should().Be(new ClassificationScores(2, 0.5, 2.0 / 3));
    }

    [Fact]
    public void Classes_out_of_range_are_named()
    {
        ((Action)(() => ClassificationScores.Of([0, 3], [0, 0], classes: 3)))
            .Should().Throw<ArgumentException>().WithMessage("predicted must lie in [-1, 2], but predicted[1] is 3*");
        ((Action)(() => ClassificationScores.Of([0], [-1], classes: 3)))
            .Should().Throw<ArgumentException>().WithMessage("actual*actual[0] is -1*");
    }

    [Fact]
    public void Empty_tensors_are_scored_as_no_samples()
    {
        using var scope = NewDisposeScope();

        Task.Score(zeros(0, 3), zeros(0, dtype: ScalarType.Int64))
            .Should().Be(new ClassificationScores(0, double.NaN, double.NaN));
    }

    [Fact]
    public void Scoring_takes_the_largest_logit()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new float[] { 3, 1, 2, 0, 5, 1 }, [2, 3]);

        Task.Score(logits, tensor(new long[] { 0, 2 })).Primary.Should().Be(0.5);
    }

    [Fact]
    public void Labels_out_of_range_are_named()
    {
        Task.Invoking(t => t.CheckTargets(tensor(new long[] { 0, 3 })))
            .Should().Throw<ArgumentException>().WithMessage("targets must lie in [0, 2] for 3 classes, but targets[1] is 3*");
        Task.Invoking(t => t.CheckTargets(tensor(new long[] { -1 })))
            .Should().Throw<ArgumentException>().WithMessage("*targets[0] is -1*");
    }

    [Fact]
    public void Targets_of_another_kind_are_named()
    {
        Task.Invoking(t => t.CheckTargets(rand(4)))
            .Should().Throw<ArgumentException>().WithMessage("*int64*Float32*");
        Task.Invoking(t => t.CheckTargets(zeros(4, 2, dtype: ScalarType.Int64)))
            .Should().Throw<ArgumentException>().WithMessage("*[4, 2]*");
        Task.Invoking(t => t.LossPerSample(rand(4, 5), zeros(4, dtype: ScalarType.Int64)))
            .Should().Throw<ArgumentException>().WithMessage("*[4, 3]*[4, 5]*");
    }

    [Fact]
    public void Batches_with_targets_of_another_kind_are_refused()
    {
        using var scope = NewDisposeScope();
        foreach (var use in new Func<Tensor, Tensor, Tensor>[] { Task.LossPerSample, Task.ConfidencePerSample })
        {
            use.Invoking(u => u(rand(4, 3), zeros(4, dtype: ScalarType.Int32)))
                .Should().Throw<ArgumentException>().WithMessage("target*int64*[4, 3]*Int32*[4]*");
            use.Invoking(u => u(rand(4, 3), zeros(4, 1, dtype: ScalarType.Int64)))
                .Should().Throw<ArgumentException>().WithMessage("target*[batch]*[4, 3]*Int64*[4, 1]*");
        }
    }

    [Fact]
    public void No_label_is_ignored()
    {
        using var scope = NewDisposeScope();

        Task.Invoking(t => t.LossPerSample(rand(2, 3), tensor(new long[] { 1, -100 })))
            .Should().Throw<Exception>("libtorch leaves out -100 unless told otherwise").WithMessage("*-100*");
    }

    [Fact]
    public void Confidence_is_the_probability_of_the_truth()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[,] { { 0, Math.Log(3), 0 }, { Math.Log(2), 0, 0 } });

        Task.ConfidencePerSample(logits, tensor([1L, 2L])).data<double>().ToArray()
            .Should().Equal([3 / 5.0, 1 / 4.0], (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Fact]
    public void One_class_is_no_task()
    {
        ((Action)(() => _ = new ClassificationTask(1))).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Class_weights_and_label_smoothing_are_those_of_cross_entropy()
    {
        using var scope = NewDisposeScope();
        var task = new ClassificationTask(3, [1, 0.5, 2], labelSmoothing: 0.2);
        var (logits, labels) = (randn(6, 3), tensor(new long[] { 0, 1, 2, 2, 1, 0 }));

        var losses = task.LossPerSample(logits, labels);

        // (1 - s) w_y (-log p_y) + s / K sum_c w_c (-log p_c)
        var (p, w) = (-logits.log_softmax(1), tensor(new float[] { 1, 0.5f, 2 }));
        var own = 0.8 * w.index_select(0, labels) * p.gather(1, labels.unsqueeze(1)).squeeze(1);
        losses.allclose(own + (0.2 / 3 * (w * p).sum(1)), 1e-5, 1e-6).Should().BeTrue();
        task.Description.Should().Be("ClassificationTask of 3, class weights 1 0.5 2, label smoothing 0.2");
        new ClassificationTask(3).Description.Should().Be("ClassificationTask of 3");
    }

    [Fact]
    public void Class_weights_and_label_smoothing_out_of_range_are_named()
    {
        FluentActions.Invoking(() => new ClassificationTask(3, [1, 2])).Should().Throw<ArgumentException>()
            .WithMessage("classWeights must hold one weight per class, 3, but holds 2.*");
        FluentActions.Invoking(() => new ClassificationTask(2, [1, -2])).Should().Throw<ArgumentException>()
            .WithMessage("classWeights[1] must be finite and at least 0, but is -2.*");
        FluentActions.Invoking(() => new ClassificationTask(2, labelSmoothing: 1)).Should().Throw<ArgumentException>()
            .WithMessage("labelSmoothing must lie in [0, 1), but is 1.*");
    }
}
