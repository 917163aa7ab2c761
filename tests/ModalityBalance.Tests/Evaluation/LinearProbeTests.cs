using ModalityBalance.Evaluation;
using ModalityBalance.Tasks;
using ModalityBalance.Tests.Support;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Evaluation;

public class LinearProbeTests
{
    [Fact]
    public void It_separates_what_is_linearly_separable()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var labels = arange(90, dtype: ScalarType.Int64).remainder(3);
        var features = nn.functional.one_hot(labels, 5).to(ScalarType.Float32) + (0.1 * randn(90, 5));

        LinearProbe.Fit(features, labels, 3).Accuracy(features, labels).Should().Be(1);
    }

    [Fact]
    public void It_finds_nothing_in_noise()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(2);
        var labels = arange(4000, dtype: ScalarType.Int64).remainder(4);
        var probe = LinearProbe.Fit(randn(4000, 6), labels, 4);

        // Four equal classes: 0.25, with a standard error of 0.007.
        probe.Accuracy(randn(4000, 6), labels).Should().BeApproximately(0.25, 0.03);
    }

    [Fact]
    public void Shift_and_scale_of_the_features_do_not_matter()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        var labels = arange(300, dtype: ScalarType.Int64).remainder(3);
        var features = nn.functional.one_hot(labels, 4).to(ScalarType.Float64) + randn(300, 4, dtype: ScalarType.Float64);

        double plain = LinearProbe.Fit(features, labels, 3).Accuracy(features, labels);
        var moved = (1000 * features) + 5;

        LinearProbe.Fit(moved, labels, 3).Accuracy(moved, labels).Should().Be(plain);
    }

    [Fact]
    public void A_constant_feature_does_no_harm()
    {
        using var scope = NewDisposeScope();
        var labels = tensor(new long[] { 0, 1, 0, 1 });
        var features = tensor(new float[] { 1, -1, 1, 1, 1, -1, 1, 1 }, [4, 2]);

        LinearProbe.Fit(features, labels, 2).Accuracy(features, labels).Should().Be(1);
    }

    [Fact]
    public void Validation_data_choose_the_penalty_that_generalizes()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(4);
        // As many noise features as samples: without a penalty the noise explains the labels.
        var (train, validation) = (Noisy(60), Noisy(400));

        var probe = LinearProbe.Choose(train, validation, Toy.Task, [1e-6, 1e-1]);
        double weak = LinearProbe.Fit(train.Item1, train.Item2, Toy.Task, 1e-6)
            .Accuracy(validation.Item1, validation.Item2);

        probe.Penalty.Should().Be(1e-1);
        probe.Accuracy(validation.Item1, validation.Item2).Should().BeGreaterThan(weak);

        static (Tensor, Tensor) Noisy(int samples)
        {
            var labels = arange(samples, dtype: ScalarType.Int64).remainder(3);
            var signal = (2 * nn.functional.one_hot(labels, 3)) + randn(samples, 3);
            return (cat([signal, randn(samples, 60)], 1), labels);
        }
    }

    [Fact]
    public void Among_equally_good_penalties_the_largest_is_chosen()
    {
        using var scope = NewDisposeScope();
        var labels = tensor(new long[] { 0, 1, 0, 1 });
        var features = tensor(new float[] { 1, -1, 1, -1 }, [4, 1]);

        LinearProbe.Choose((features, labels), (features, labels), new ClassificationTask(2), [1e-4, 1e-2, 1e-3])
            .Penalty.Should().Be(1e-2);
    }

    [Fact]
    public void A_probe_of_values_finds_the_line_through_them()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        var features = randn(200, 3);
        var targets = (2 * features.select(1, 0)) - features.select(1, 2) + 5;

        var scores = LinearProbe.Fit(features, targets, new RegressionTask(), penalty: 0).Score(features, targets);

        // Float32 targets are off the line by some 1e-7.
        scores.Should().BeOfType<RegressionScores>().Which.R2.Should().BeApproximately(1, 1e-10);
    }

    [Fact]
    public void A_probe_of_labels_predicts_each_by_itself()
    {
        using var scope = NewDisposeScope();
        var features = tensor(new float[] { 1, 1, 1, -1, -1, 1, -1, -1 }, [4, 2]);
        var targets = features.gt(0).to(ScalarType.Float32);
        var probe = LinearProbe.Fit(features, targets, new MultiLabelTask(2));

        probe.Score(features, targets).Should().Be(new MultiLabelScores(4, 1, 1));
        probe.Invoking(p => p.Accuracy(features, targets)).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void Penalties_out_of_range_are_named()
    {
        using var scope = NewDisposeScope();
        var labels = tensor(new long[] { 0, 1, 2 });
        var rows = (rand(3, 2), labels);

        ((Action)(() => LinearProbe.Fit(rows.Item1, labels, Toy.Task, -1)))
            .Should().Throw<ArgumentException>().WithMessage("penalty must be finite and at least 0, but is -1*");
        ((Action)(() => LinearProbe.Choose(rows, rows, Toy.Task, [])))
            .Should().Throw<ArgumentException>().WithMessage("penalties must hold at least one*");
        ((Action)(() => LinearProbe.Choose(rows, rows, Toy.Task, [1, double.NaN])))
            .Should().Throw<ArgumentException>().WithMessage("penalties?1? must be finite*NaN*");
    }

    [Fact]
    public void Unfit_input_is_named()
    {
        using var scope = NewDisposeScope();
        var labels = zeros(3, dtype: ScalarType.Int64);
        var probe = LinearProbe.Fit(rand(3, 4), labels, 2);

        ((Action)(() => LinearProbe.Fit(rand(4, 4), labels, 2))).Should().Throw<ArgumentException>().WithMessage("*[4, 4]*[3]*");
        ((Action)(() => LinearProbe.Fit(rand(0, 4), zeros(0, dtype: ScalarType.Int64), 2)))
            .Should().Throw<ArgumentException>().WithMessage("*at least one sample*");
        probe.Invoking(p => p.Accuracy(rand(3, 5), labels)).Should().Throw<ArgumentException>().WithMessage("*4*5*");
    }
}
