using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Evaluation;

public class GradientConflictsTests
{
    [Fact]
    public void Cosine_and_lengths_are_those_of_two_plain_backward_passes()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(2, "concat");
        model.to(ScalarType.Float64);
        var data = Toy.Data(samples: 24, dtype: ScalarType.Float64);
        var batch = data.Select([.. Enumerable.Range(0, 24).Select(i => (long)i)]);

        var measured = GradientConflicts.Measure(model, Toy.Task, data.InOrder(24), CPU);

        for (int m = 0; m < 2; m++)
        {
            var z = batch.Inputs.Select((input, k) => model.Encode(k, input)).ToArray();
            var fused = Gradient(m, model.Fuse(z, null));
            var own = Gradient(m, model.PredictUnimodal(m, z[m]));
            double dot = fused.dot(own).item<double>();
            var (a, b) = (fused.norm().item<double>(), own.norm().item<double>());
            measured[m]!.MeanFusedNorm.Should().BeApproximately(a, 1e-12);
            measured[m]!.MeanOwnNorm.Should().BeApproximately(b, 1e-12);
            measured[m]!.MeanCosine.Should().BeApproximately(dot / a / b, 1e-12);
        }

        Tensor Gradient(int m, Tensor prediction)
        {
            var loss = Toy.Task.LossPerSample(prediction, batch.Targets).mean();
            var parameters = model.Encoder(m).parameters().ToArray<Tensor>();
            var gradients = autograd.grad([loss], parameters, retain_graph: true, allow_unused: true);
            return cat(gradients.Select(gradient => gradient.flatten()).ToArray());
        }
    }

    [Fact]
    public void Nothing_in_the_model_changes()
    {
        using var scope = NewDisposeScope();
        using var model = new MultimodalModel(
            [.. Enumerable.Range(0, 2).Select(m => new ModalityEncoder($"m{m}", nn.Sequential(
                nn.Linear(Toy.Inputs + m, Toy.Width), nn.BatchNorm1d(Toy.Width), nn.Dropout(0.5))))],
            new LateFusion([Toy.Width, Toy.Width], Toy.Classes));
        var data = Toy.Data().InOrder(32);
        model.eval();
        var parameters = model.parameters().ToArray();
        parameters[0].grad = full_like(parameters[0], 3);
        var before = Toy.State(model);
        var randomState = random.get_rng_state().bytes.ToArray();

        GradientConflicts.Measure(model, Toy.Task, data, CPU).Should().NotContainNulls();

        Toy.State(model).Should().BeEquivalentTo(before, "batch statistics are put back");
        model.modules().Should().OnlyContain(
            part => part is TorchSharp.Modules.Sequential || !part.training,
            "a sequence has no mode of its own in TorchSharp 0.105");
        parameters[0].grad!.eq(3).all().item<bool>().Should().BeTrue();
        parameters[1..].Should().OnlyContain(parameter => ReferenceEquals(parameter.grad, null));
        random.get_rng_state().bytes.ToArray().Should().Equal(randomState, "dropout drew from a copy");
    }

    [Fact]
    public void It_measures_where_the_caller_keeps_no_graph()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var data = Toy.Data().InOrder(32);
        var expected = GradientConflicts.Measure(model, Toy.Task, data, CPU);
        using var noGrad = no_grad();

        GradientConflicts.Measure(model, Toy.Task, data, CPU).Should().Equal(expected);
    }

    [Fact]
    public void It_leaks_no_tensor()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var data = Toy.Data().InOrder(32);
        long before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        GradientConflicts.Measure(model, Toy.Task, data, CPU);

        TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
    }

    [Fact]
    public void A_frozen_encoder_has_no_conflict_and_heads_are_needed()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        using var headless = Toy.Model(2, "concat", heads: false);
        foreach (var parameter in model.Encoder(1).parameters())
        {
            parameter.requires_grad = false;
        }

        var data = Toy.Data().InOrder(32);

        GradientConflicts.Measure(model, Toy.Task, data, CPU).Select(x => x is null).Should().Equal(false, true);
        ((Action)(() => GradientConflicts.Measure(headless, Toy.Task, data, CPU)))
            .Should().Throw<ArgumentException>().WithMessage("*unimodal heads*");
    }

    [Fact]
    public void A_summary_takes_means_and_counts_conflicts()
    {
        // Cosines 1, -1 and 0 (no second gradient); lengths 2, 1, 3 and 1, 2, 0.
        var summary = ConflictSummary.Of([new(4, 2, 1), new(1, -2, 4), null, new GradientPair(9, 0, 0)]);

        summary.Should().Be(new ConflictSummary(3, 0, 1 / 3.0, 2, 1));
        ConflictSummary.Of([null]).Should().BeNull();
    }
}
