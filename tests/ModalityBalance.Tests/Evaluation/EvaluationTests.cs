using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using ModalityBalance.Tests.Support;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Evaluation;

public class EvaluationTests
{
    [Fact]
    public void The_last_partial_batch_counts()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var data = Toy.Data(samples: 50);

        var inParts = Evaluator.Evaluate(model, Toy.Task, data.InOrder(16), CPU);
        var atOnce = Evaluator.Evaluate(model, Toy.Task, data.InOrder(50), CPU);

        inParts.Fused.Samples.Should().Be(50);
        inParts.Fused.Should().Be(atOnce.Fused);
        inParts.Unimodal.Should().Equal(atOnce.Unimodal);
        inParts.Loss.Should().BeApproximately(atOnce.Loss, 1e-6, "float32 rounds differently by batch");
    }

    [Theory]
    [InlineData(2, "late", 16)]
    [InlineData(3, "late", 16)]
    [InlineData(3, "late", 50)]
    [InlineData(2, "concat without heads", 7)]
    public void Several_processes_take_turns_and_score_as_one(int processes, string fusion, int batchSize)
    {
        using var scope = NewDisposeScope();
        bool heads = fusion == "late";
        var models = Enumerable.Range(0, processes).Select(_ => Toy.Model(2, heads ? fusion : "concat", heads)).ToArray();
        Array.ForEach(models, model => model.Root.to(ScalarType.Float64));
        var data = Toy.DataWithGaps(modalities: 2, samples: 50);
        var expected = Evaluator.Evaluate(models[0], Toy.Task, data.InOrder(batchSize), CPU);
        int[] encoded = new int[processes];
        foreach (var (rank, model) in models.Index())
        {
            ((nn.Module<Tensor, Tensor>)model.Encoder(0)).register_forward_hook((_, _, output) =>
            {
                encoded[rank]++;
                return output;
            });
        }

        var results = ProcessThreads.Run(ProcessThreads.Group(processes), group =>
            Evaluator.Evaluate(models[group.Rank], Toy.Task, data.InOrder(batchSize), CPU, group));

        results.Should().AllSatisfy(result =>
        {
            result.Fused.Should().Be(expected.Fused);
            (result.Unimodal ?? []).Should().Equal(expected.Unimodal ?? []);
            (result.Unimodal is null).Should().Be(!heads);
        });
        int batches = (50 + batchSize - 1) / batchSize;
        encoded.Sum().Should().Be(batches + processes - 1, "every process sees the first batch, and one every other");
    }

    [Fact]
    public void A_result_prints_itself_in_a_line()
    {
        var fused = new ClassificationScores(1000, Accuracy: 0.9614, MacroF1: 0.96) { Loss = 0.1234 };
        var own = new ClassificationScores(857, Accuracy: 0.5, MacroF1: double.NaN);

        new EvaluationResult(fused, null).ToString()
            .Should().Be("fused: accuracy 0.961, macro f1 0.960, loss 0.123 on 1000 samples");
        new EvaluationResult(fused, [fused, own]).ToString()
            .Should().EndWith(" on 1000 samples; accuracy of each modality: 0.961, 0.500").And.NotContain("\n");
    }

    [Fact]
    public void It_runs_in_evaluation_mode_and_leaves_every_part_as_it_was()
    {
        using var scope = NewDisposeScope();
        using var model = Cnns();
        model.Encoder(1).eval();
        var before = Toy.State(model);

        Evaluator.Evaluate(model, Toy.Task, Images(4).InOrder(2), CPU);

        Toy.State(model).Should().BeEquivalentTo(before, "batch statistics are not updated");
        model.training.Should().BeTrue();
        model.Encoder(0).modules().Should().OnlyContain(part => part.training);
        model.Encoder(1).modules().Should().OnlyContain(
            part => part is Sequential || !part.training, "a sequence has no mode of its own in TorchSharp 0.105");
    }

    [Fact]
    public void Unimodal_scores_leave_out_samples_that_lack_the_modality()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var whole = Toy.Batch(size: 4);
        var present = new PresenceMask(new[,] { { true, true }, { true, false }, { true, true }, { true, false } });
        var data = new MultimodalDataset(whole.Inputs, whole.Targets, Toy.Task, present);

        var result = Evaluator.Evaluate(model, Toy.Task, data.InOrder(3), CPU);

        result.Fused.Samples.Should().Be(4);
        result.Unimodal!.Select(scores => scores.Samples).Should().Equal(4, 2);
    }

    [Fact]
    public void Without_heads_there_are_no_unimodal_scores()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(2, "concat", heads: false);

        Evaluator.Evaluate(model, Toy.Task, Toy.Data().InOrder(16), CPU).Unimodal.Should().BeNull();
    }

    [Fact]
    public void Evaluation_leaks_no_tensor()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var data = Toy.Data().InOrder(16);
        long before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Evaluator.Evaluate(model, Toy.Task, data, CPU);
        ModalityProbes.Accuracies(model, Toy.Task, data, data, CPU);

        TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
    }

    [Fact]
    public void A_modality_that_no_sample_has_scores_NaN()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var whole = Toy.Batch(size: 2);
        var present = new PresenceMask(new[,] { { true, false }, { true, false } });
        var data = new MultimodalDataset(whole.Inputs, whole.Targets, Toy.Task, present);

        Evaluator.Evaluate(model, Toy.Task, data.InOrder(2), CPU).Unimodal![1]
            .Should().Be(new ClassificationScores(0, double.NaN, double.NaN));
    }

    [Fact]
    public void Probes_choose_their_penalties_on_validation_data()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var (train, test) = (Toy.Data().InOrder(16), Toy.Data(seed: 8).InOrder(16));
        var fits = Evaluator.Represent(model, train, CPU);
        var rows = Evaluator.Represent(model, test, CPU);
        var options = new ProbeOptions { Validation = test, Candidates = [1e-5, 10] };

        var scores = ModalityProbes.Scores(model, Toy.Task, train, test, CPU, options);

        scores.Select(score => score.Primary).Should().Equal(rows.Select((row, m) => options.Candidates.Max(penalty =>
            LinearProbe.Fit(fits[m].Representations, fits[m].Targets, Toy.Task, penalty)
                .Accuracy(row.Representations, row.Targets))));
    }

    private static MultimodalModel Cnns() => new(
        [new ModalityEncoder("a", new SmallCnn()), new ModalityEncoder("b", new SmallCnn())],
        new LateFusion([64, 64], Toy.Classes));

    private static MultimodalDataset Images(int samples) => new(
        [rand(samples, 1, 8, 8), rand(samples, 1, 8, 8)], zeros(samples, dtype: ScalarType.Int64), Toy.Task);
}
