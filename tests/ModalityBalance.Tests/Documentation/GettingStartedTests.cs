using ModalityBalance.Data;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Documentation;

/// <summary>What docs/getting-started.md says works.</summary>
public class GettingStartedTests
{
    [Fact]
    public void Its_training_runs_to_a_diagnosis()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var (train, validation) = (Samples(96, seed: 1), Samples(60, seed: 2));
        var hasText = new bool[96, 3];
        for (int i = 0; i < 96; i++)
        {
            (hasText[i, 0], hasText[i, 1], hasText[i, 2]) = (true, true, i % 4 > 0);
        }

        var (diagnosis, report) = TrainingPageTests.In(
            folder.Path, () => GettingStartedCode.Run(train, validation, hasText));

        diagnosis.Modalities.Select(modality => modality.Name).Should().Equal("audio", "image", "text");
        report.Modalities.Should().HaveCount(3);
        report.Fused.Primary.Should().BeGreaterThan(0.6, "the classes are easy to tell apart");
        diagnosis.ToString().Should().Contain(diagnosis.Findings[0].Text).And.Contain(diagnosis.Advice[0].Reason);
    }

    [Fact]
    public void Its_encoders_of_sequences_train()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var labels = arange(48, dtype: ScalarType.Int64).remainder(3);
        var audio = labels.view(-1, 1, 1).to(ScalarType.Float32) + (0.3 * randn(48, 6, 8));
        var tokens = (labels.unsqueeze(1) * 15) + randint(1, 5, [48, 7], ScalarType.Int64);
        var lengths = randint(1, 8, [48], ScalarType.Int64);

        var result = SequenceCode.Run(audio, tokens, lengths, labels, Toy.Options(epochs: 12));

        result.Epochs[^1].Loss.Should().BeLessThan(result.Epochs[0].Loss / 2);
    }

    [Fact]
    public void A_network_a_strategy_and_an_observer_of_ones_own_train()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var samples = Samples(96, seed: 1);
        var data = new MultimodalDataset([samples.Audio, samples.Image], samples.Labels, Toy.Task);
        using var model = new AttentionModel([8, 12], width: 16, Toy.Classes);
        using var lines = new StringWriter();
        var options = Toy.Options(epochs: 8) with { Callbacks = [new LossPrinter(lines)] };

        var result = new Trainer(model, Toy.Task, new WeightedSum(0.5), options).Fit(data.Shuffled(16, 1));

        lines.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(8);
        result.Epochs[^1].Loss.Should().BeLessThan(result.Epochs[0].Loss / 2);
    }

    [Fact]
    public void The_own_network_does_not_see_what_is_absent()
    {
        using var scope = NewDisposeScope();
        using var model = new AttentionModel([8, 12], width: 16, Toy.Classes);
        var (audio, image) = (randn(4, 16), randn(4, 16));
        var present = tensor(new[] { true, false, true, false, true, false, true, false }, [4, 2]);

        model.Fuse([audio, image], present).Equals(model.Fuse([audio, 7 - image], present)).Should().BeTrue();
    }

    private static (Tensor Audio, Tensor Image, Tensor Text, Tensor Labels) Samples(int count, int seed)
    {
        random.manual_seed(seed);
        var labels = arange(count, dtype: ScalarType.Int64).remainder(3);
        return (Input(8, 0.5), Input(12, 1), Input(10, 1.5), labels);

        Tensor Input(long width, double noise) =>
            (2.5 * nn.functional.one_hot(labels, width).to(ScalarType.Float32)) + (noise * randn(count, width));
    }
}
