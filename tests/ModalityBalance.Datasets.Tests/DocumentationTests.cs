using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Tests.Shared;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Datasets.Tests;

/// <summary>The code of docs/own-data.md is compiled.</summary>
public sealed class DocumentationTests
{
    [Theory]
    [InlineData("docs/own-data.md")]
    [InlineData("src/ModalityBalance.Datasets/README.md")]
    public void The_code_of_the_page_is_the_code_that_is_compiled(string page) =>
        DocumentedCode.Check(page, "tests/ModalityBalance.Datasets.Tests/DocumentationTests.cs");

    [Fact]
    public void The_code_for_sequences_runs()
    {
        using var files = new Files();
        string path = files.At("mosi.npz");
        Files.Npz(
            path,
            ("train_text", Ones(32, 3, 300)),
            ("train_audio", Ones(32, 2, 74)),
            ("train_vision", Ones(32, 2, 35)),
            ("train_labels", new double[32, 1, 1]));

        var result = TrainOnSequences(path, new TrainerOptions
        {
            Epochs = 1,
            Optimizer = network => optim.AdamW(network.Root.parameters(), 1e-3),
        });

        result.Epochs.Should().ContainSingle();
    }

    private static float[,,] Ones(int samples, int steps, int features)
    {
        var values = new float[samples, steps, features];
        System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref values[0, 0, 0], values.Length).Fill(1);
        return values;
    }

    internal static TrainingResult TrainOnCremaD(string folder, TrainerOptions options)
    {
        var train = CremaD.Open(folder, "train");
        var test = CremaD.Open(folder, "test");
        using var model = new MultimodalModel(
            [new ModalityEncoder("audio", new ResNet18(1)), new ModalityEncoder("visual", new ResNet18(3))],
            widths => new ConcatFusion(widths, train.Classes.Count), linearHeads: true);
        var result = new Trainer(model, train.Task, new MMPareto(), options).Fit(train.Shuffled(64, seed: 1).Prefetch(2));
        _ = test;
        return result;
    }

    internal static MultimodalDataset ReadDigits(string folder)
    {
        var digits = AvMnist.Read(folder, "train");
        return digits;
    }

    internal static TrainingResult TrainOnSequences(string path, TrainerOptions options)
    {
        using var scope = NewDisposeScope();
        var sentiment = new RegressionTask(scoredBySign: true);
        var train = SequenceFeatures.Read(path, "train", ["text", "audio", "vision"], sentiment);
        using var model = new MultimodalModel(
            [
                new ModalityEncoder("text", new RecurrentEncoder(300, 64)),
                new ModalityEncoder("audio", new RecurrentEncoder(74, 64)),
                new ModalityEncoder("vision", new RecurrentEncoder(35, 64)),
            ],
            widths => new ConcatFusion(widths, 1));
        return new Trainer(model, sentiment, new JointTraining(), options).Fit(train.Shuffled(32, seed: 1));
    }
}
