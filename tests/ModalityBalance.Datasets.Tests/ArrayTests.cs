using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Datasets.Tests;

/// <summary>AV-MNIST and sequence features, from small files in their layout.</summary>
public sealed class ArrayTests : IDisposable
{
    private static readonly RegressionTask Sentiment = new();

    private readonly Files _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void AV_MNIST_is_scaled_to_one()
    {
        AvMnistFolder();
        using var scope = NewDisposeScope();

        var batch = AvMnist.Read(_files.Root, "train").InOrder(3).Batches(0).Single();

        batch.Targets.data<long>().Should().Equal(7, 0, 9);
        batch.Inputs[0].Tensors[0].shape.Should().Equal(3, 1, 28, 28);
        batch.Inputs[1].Tensors[0].shape.Should().Equal(3, 1, 112, 112);
        batch.Inputs[0].Tensors[0][1, 0, 2, 3].item<float>().Should().Be(51 / 255f);
        batch.Inputs[1].Tensors[0][2, 0, 111, 111].item<float>().Should().Be(1);
    }

    [Fact]
    public void AV_MNIST_of_other_sizes_is_refused()
    {
        AvMnistFolder();
        Files.Npy(_files.At("audio", "train_data.npy"), new byte[3, 100, 112]);
        Refused("'*train_data.npy' must hold 3 samples of 112 x 112 values, as many as there are labels, but has shape [3, 100, 112].");
        Files.Npy(_files.At("train_labels.npy"), new long[] { 1, 2, 10 });
        Refused("'*train_labels.npy' must hold a label from 0 to 9 per sample, [samples], but has shape [3] and values from 1 to 10.");

        void Refused(string message) =>
            ((Action)(() => AvMnist.Read(_files.Root, "train"))).Should().Throw<InvalidDataException>().WithMessage(message);
    }

    [Theory]
    [InlineData("features.npz", "train/")]
    [InlineData("features.npz", "train_")]
    [InlineData("features.npz", "")]
    [InlineData("features.h5", "train/")]
    public void Sequences_are_read_with_the_lengths_that_their_zeros_leave(string name, string prefix)
    {
        Write(name, prefix, lengths: null);
        using var scope = NewDisposeScope();

        var batch = Read(name).InOrder(2).Batches(0).Single();

        batch.Inputs.Select(input => input.Tensors.Count).Should().Equal(2, 2);
        batch.Inputs[0].Tensors[0].shape.Should().Equal(2, 3, 2);
        batch.Inputs[0].Tensors[0].data<float>().Should().Equal(1, 2, 3, 4, 0, 0, 5, 6, 7, 8, 9, 10);
        batch.Inputs[0].Tensors[1].data<long>().Should().Equal(2, 3);
        batch.Targets.data<float>().Should().Equal(-1.5f, 2);
        batch.Present.Should().BeNull();
    }

    [Theory]
    [InlineData("features.npz")]
    [InlineData("features.h5")]
    public void Given_lengths_count_and_none_is_an_absent_modality(string name)
    {
        Write(name, "train/", lengths: [0, 2]);
        using var scope = NewDisposeScope();

        var batch = Read(name).InOrder(2).Batches(0).Single();

        batch.Inputs[0].Tensors[1].data<long>().Should().Equal(1, 2);
        Enumerable.Range(0, 2).SelectMany(sample => new[] { batch.Present![sample, 0], batch.Present[sample, 1] })
            .Should().Equal(false, true, true, true);
    }

    [Fact]
    public void Classes_may_be_the_signs_of_targets()
    {
        Write("features.npz", "train/", lengths: null);
        using var scope = NewDisposeScope();

        SequenceFeatures.Read(_files.At("features.npz"), "train", ["text", "audio"], new ClassificationTask(2))
            .Targets.data<long>().Should().Equal(0, 1);
    }

    [Fact]
    public void A_network_trains_for_an_epoch()
    {
        Write("features.npz", "train/", lengths: [0, 2]);
        using var scope = NewDisposeScope();
        using var model = new MultimodalModel(
            [new ModalityEncoder("text", new RecurrentEncoder(2, 4)), new ModalityEncoder("audio", new RecurrentEncoder(1, 4))],
            new LateFusion([4, 4], 1));

        var result = new Trainer(model, Sentiment, new UniformBaseline(), new TrainerOptions
        {
            Epochs = 1,
            Optimizer = network => optim.AdamW(network.Root.parameters(), 1e-3),
        }).Fit(Read("features.npz").Shuffled(2, seed: 1));

        result.Epochs.Single().Loss.Should().BePositive();
    }

    [Fact]
    public void Arrays_of_another_form_are_refused()
    {
        Refused<FileNotFoundException>("'*features.npz' must be an array file*, but there is no such file.");
        Write("features.npz", "train/", lengths: [1, 4]);
        Refused<InvalidDataException>("'*' must hold a length from 0 to 3 for each of the 2 samples of 'text', but has lengths of shape "
            + "[2] and type Int64 from 1 to 4.");
        Files.Npz(_files.At("features.npz"), ("train/labels", new float[] { 1, 2 }), ("train/text", new float[2, 3]));
        Refused<InvalidDataException>("'*' must hold 'text' of the 2 samples that have labels, [samples, steps, features], but its shape "
            + "is [2, 3].");
        Files.Npz(_files.At("features.npz"), ("train/labels", new float[] { 1, 2, 3 }), ("train/text", new float[2, 3, 1]));
        Refused<InvalidDataException>("'*' must hold 'text' of the 3 samples that have labels*[2, 3, 1].");
        Files.Npz(_files.At("features.npz"), ("train/text", new float[2, 3, 1]));
        Refused<InvalidDataException>("'*' must hold an array 'train/labels' or 'train_labels' or 'labels', but holds none.");
        var broken = new float[2, 3, 1];
        broken[1, 2, 0] = float.NaN;
        Files.Npz(_files.At("features.npz"), ("labels", new float[] { 1, 2 }), ("text", broken));
        Refused<InvalidDataException>("'*' must hold finite values, but 'text' of sample 1 is not finite.");

        void Refused<TException>(string message)
            where TException : Exception =>
            ((Action)(() => Read("features.npz"))).Should().Throw<TException>().WithMessage(message);
    }

    [Theory]
    [InlineData("features.npz", 0.5)]
    [InlineData("features.npz", 0.0)]
    [InlineData("features.h5", 0.3)]
    [InlineData("features.h5", 0.0)]
    public void Files_that_are_cut_short_are_named(string name, double kept)
    {
        Write(name, "train/", lengths: null);
        Files.Cut(_files.At(name), kept);

        ((Action)(() => Read(name))).Should().Throw<InvalidDataException>().WithMessage($"'*{name}' must be an array file*cannot be read: *");
    }

    private ModalityBalance.Data.MultimodalDataset Read(string name) =>
        SequenceFeatures.Read(_files.At(name), "train", ["text", "audio"], Sentiment);

    /// <summary>Two samples of text, 3 steps of 2, of which the first has 2 steps, and of audio, 2 steps of 1.</summary>
    private void Write(string name, string prefix, long[]? lengths)
    {
        var arrays = new List<(string, Array)>
        {
            ($"{prefix}text", new float[,,] { { { 1, 2 }, { 3, 4 }, { 0, 0 } }, { { 5, 6 }, { 7, 8 }, { 9, 10 } } }),
            ($"{prefix}audio", new double[,,] { { { 1 }, { 2 } }, { { 3 }, { 4 } } }),
            ($"{prefix}labels", new float[,,] { { { -1.5f } }, { { 2 } } }),
        };
        if (lengths is not null)
        {
            arrays.Add(($"{prefix}text_lengths", lengths));
        }

        if (name.EndsWith(".h5", StringComparison.Ordinal))
        {
            Files.Hdf5(_files.At(name), [.. arrays]);
        }
        else
        {
            Files.Npz(_files.At(name), [.. arrays]);
        }
    }

    private void AvMnistFolder()
    {
        var image = new byte[3, 784];
        image[1, (2 * 28) + 3] = 51;
        var audio = new byte[3, 112, 112];
        audio[2, 111, 111] = 255;
        Files.Npy(_files.At("image", "train_data.npy"), image);
        Files.Npy(_files.At("audio", "train_data.npy"), audio);
        Files.Npy(_files.At("train_labels.npy"), new long[] { 7, 0, 9 });
    }
}
