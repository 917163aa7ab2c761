using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Evaluation;

public class GradientStatisticsTests
{
    [Fact]
    public void Lengths_cosines_and_covariances_are_those_of_plain_backward_passes()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(2, "concat");
        model.to(ScalarType.Float64);
        var data = Toy.Data(samples: 40, dtype: ScalarType.Float64);
        const int batchSize = 8;
        var batches = Enumerable.Range(0, 5)
            .Select(b => data.Select([.. Enumerable.Range(b * batchSize, batchSize).Select(i => (long)i)])).ToArray();

        var measured = GradientStatistics.Measure(model, Toy.Task, data.InOrder(batchSize), CPU);

        for (int m = 0; m < 2; m++)
        {
            var fused = stack(batches.Select(batch => Gradient(m, batch, z => model.Fuse(z, null))).ToArray());
            var own = stack(batches.Select(batch => Gradient(m, batch, z => model.PredictUnimodal(m, z[m]))).ToArray());
            var statistics = measured[m]!;
            statistics.FusedNorms.Should().Equal(fused.norm(1).data<double>(), Near);
            statistics.OwnNorms.Should().Equal(own.norm(1).data<double>(), Near);
            statistics.Cosines.Should().Equal(nn.functional.cosine_similarity(fused, own, 1).data<double>(), Near);
            statistics.FusedCovariance.Should().BeApproximately(fused.var(0).sum().item<double>(), 1e-12);
            statistics.OwnCovariance.Should().BeApproximately(own.var(0).sum().item<double>(), 1e-12);
            statistics.CovarianceRatio.Should().Be(statistics.OwnCovariance / statistics.FusedCovariance);
        }

        Tensor Gradient(int m, MultimodalBatch batch, Func<Tensor[], Tensor> predict)
        {
            var z = batch.Inputs.Select((input, k) => model.Encode(k, input)).ToArray();
            var loss = Toy.Task.LossPerSample(predict(z), batch.Targets).mean();
            var gradients = autograd.grad([loss], model.Encoder(m).parameters().ToArray<Tensor>());
            return cat(gradients.Select(gradient => gradient.flatten()).ToArray());
        }
    }

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(3, 1)]
    [InlineData(2, 5 / 6.0)]
    public void At_the_limit_the_doubled_direction_is_as_noisy_as_the_sum(double k, double limit)
    {
        GradientStatistics.LowNoiseLimitAt(k).Should().BeApproximately(limit, 1e-15);
        foreach (double alpha in new[] { 0.5, limit })
        {
            (4 * ((alpha * alpha) + (k * (1 - alpha) * (1 - alpha)))).Should().BeApproximately(1 + k, 1e-12);
        }
    }

    [Fact]
    public void One_batch_has_no_covariance_and_a_frozen_encoder_no_gradient()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        foreach (var parameter in model.Encoder(1).parameters())
        {
            parameter.requires_grad = false;
        }

        var measured = GradientStatistics.Measure(model, Toy.Task, Toy.Data(samples: 16).InOrder(16), CPU);

        measured[0]!.FusedNorms.Should().ContainSingle().Which.Should().BePositive();
        measured[0]!.FusedCovariance.Should().Be(double.NaN);
        measured[1].Should().BeNull();
    }

    [Fact]
    public void The_model_is_afterwards_as_before_and_no_tensor_is_left()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var data = Toy.Data().InOrder(32);
        var before = Toy.State(model);
        long tensors = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        GradientStatistics.Measure(model, Toy.Task, data, CPU);

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(tensors);
        Toy.State(model).Should().BeEquivalentTo(before);
        model.parameters().Should().OnlyContain(parameter => ReferenceEquals(parameter.grad, null));
    }

    [Fact]
    public void Heads_are_needed()
    {
        using var scope = NewDisposeScope();
        using var headless = Toy.Model(2, "concat", heads: false);

        var measure = () => GradientStatistics.Measure(headless, Toy.Task, Toy.Data().InOrder(32), CPU);

        measure.Should().Throw<ArgumentException>().WithMessage("*unimodal heads*");
    }

    private static bool Near(double actual, double expected) => Math.Abs(actual - expected) < 1e-12;
}
