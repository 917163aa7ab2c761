using AudioVisualDigits.Experiments;
using AudioVisualDigits.Tests.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Training;

namespace AudioVisualDigits.Tests.Experiments;

public class ExperimentTests
{
    private static readonly RunSettings Settings = new(
        "late", 2, 1, 0.1, BatchSize: 32, LearningRate: 0.1, Momentum: 0.9, WeightDecay: 0, ValidationShare: 0.25,
        "cpu");

    [Fact]
    public void Within_a_seed_all_strategies_see_the_same_start_and_batches()
    {
        var joint = Watch("joint", Settings, seed: 3);
        var unimodal = Watch("unimodal", Settings, seed: 3);
        unimodal.Samples.Should().Equal(joint.Samples);
        unimodal.FirstOutput.Should().Be(joint.FirstOutput);
        joint.LastOutput.Should().NotBe(unimodal.LastOutput);
    }

    [Fact]
    public void Seeds_differ_in_start_and_batches()
    {
        var first = Watch("joint", Settings, seed: 3);
        var second = Watch("joint", Settings, seed: 4);
        second.Samples.Should().NotEqual(first.Samples);
        second.FirstOutput.Should().NotBe(first.FirstOutput);
    }

    [Fact]
    public void Every_training_sample_is_seen_once_per_epoch()
    {
        var run = Watch("joint", Settings with { ValidationShare = 0 }, seed: 0);
        run.Samples.Take(100).Order().Should().Equal(Enumerable.Range(0, 100).Select(i => (long)i));
        run.Samples.Should().HaveCount(200);
    }

    [Fact]
    public void The_parts_for_training_and_validation_are_the_whole_training_split()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var data = DigitData.Of(TinyDigits.Set, Settings, seed: 5);
        (data.Train.Count, data.Validation!.Count, data.Test.Count).Should().Be((75, 25, 50));
        var labels = data.Train.Targets.data<long>().Concat(data.Validation.Targets.data<long>());
        labels.Order().Should().Equal(TinyDigits.Set.Train.Labels.Order());
    }

    private static Watcher Watch(string strategy, RunSettings settings, int seed)
    {
        var watcher = new Watcher();
        using var folder = new TemporaryFolder();
        new Experiment(TinyDigits.Set, settings, folder.Path).Run(
            StrategyRegistry.Of(strategy), seed, [watcher], new RunCheckpoints(folder.Path, null, Resume: false), default);
        return watcher;
    }

    private sealed class Watcher : TrainingCallback
    {
        private readonly List<double> _outputs = [];

        public List<long> Samples { get; } = [];

        public double FirstOutput => _outputs[0];

        public double LastOutput => _outputs[^1];

        public override void OnStep(TrainingStep step, StepReport report)
        {
            Samples.AddRange(step.Batch.SampleIndices!);
            _outputs.Add(step.Representations[0].sum().item<float>());
        }
    }
}
