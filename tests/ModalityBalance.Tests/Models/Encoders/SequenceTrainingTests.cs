using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Models;

/// <summary>Encoders of sequences and images in one network, with samples that lack a modality.</summary>
public class SequenceTrainingTests
{
    private const int Samples = 6;

    [Fact]
    public void A_step_of_joint_training_moves_every_encoder()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var before = Toy.State(model);

        var result = Fit(model, Inputs(filler: 0, length: 1, token: 0), Lacking([3, 0], [4, 1], [5, 2], [1, 3]));

        result.Epochs.Should().ContainSingle().Which.Loss.Should().BePositive();
        var after = Toy.State(model);
        model.named_parameters().Select(parameter => parameter.name)
            .Where(name => !name.StartsWith("head_", StringComparison.Ordinal))
            .Should().OnlyContain(name => after[name] != before[name]);
    }

    [Fact]
    public void Placeholders_of_absent_samples_may_hold_anything()
    {
        using var scope = NewDisposeScope();

        Trained(double.NaN, length: 0, token: -9).Should().BeEquivalentTo(Trained(filler: 0, length: 1, token: 0));

        static Dictionary<string, string> Trained(double filler, long length, long token)
        {
            using var model = Model();
            Fit(model, Inputs(filler, length, token), Lacking([0, 0], [0, 1], [0, 2]));
            return Toy.State(model);
        }
    }

    [Fact]
    public void A_modality_that_a_whole_batch_lacks_is_not_encoded()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var before = Toy.State(model);
        int[][] text = [.. Enumerable.Range(0, Samples).Select(i => new[] { i, 2 })];

        var result = Fit(model, Inputs(double.NaN, length: 0, token: -9), Lacking([[0, 0], [0, 1], .. text]));

        result.Epochs.Should().ContainSingle().Which.Loss.Should().BePositive();
        var after = Toy.State(model);
        after.Where(entry => entry.Key.StartsWith("encoder_text.", StringComparison.Ordinal))
            .Should().HaveCount(5).And.OnlyContain(entry => entry.Value == before[entry.Key]);
        after["encoder_audio.network.weight_ih_l0"].Should().NotBe(before["encoder_audio.network.weight_ih_l0"]);
    }

    private static MultimodalModel Model()
    {
        random.manual_seed(3);
        return new MultimodalModel(
            [
                new ModalityEncoder("audio", new RecurrentEncoder(3, 4)),
                new ModalityEncoder("video", new SequenceTransformer(5, 8, layers: 1, heads: 2)),
                new ModalityEncoder("text", new TokenEncoder(9, 3, new RecurrentEncoder(3, 4, RecurrentCell.LSTM))),
                new ModalityEncoder("image", new FourLayerCnn(1, 4)),
            ],
            new LateFusion([4, 8, 4, 4], Toy.Classes));
    }

    /// <summary>Sample 0 lacks the sequences and has placeholders in their place; text of every sample has the token.</summary>
    private static ModalityInput[] Inputs(double filler, long length, long token)
    {
        random.manual_seed(4);
        long[] lengths = [length, 4, 3, 2, 1, 4];
        var audio = randn(Samples, 4, 3);
        var video = randn(Samples, 4, 5);
        var text = randint(1, 9, [Samples, 4], ScalarType.Int64);
        audio[0] = full([4, 3], filler);
        video[0] = full([4, 5], filler);
        text[0] = full([4], token, ScalarType.Int64);
        return [new(audio, tensor(lengths)), new(video, tensor(lengths)), new(text, tensor(lengths)), rand(Samples, 1, 28, 28)];
    }

    private static PresenceMask Lacking(params int[][] absent)
    {
        var present = new bool[Samples, 4];
        for (int i = 0; i < Samples; i++)
        {
            for (int m = 0; m < 4; m++)
            {
                present[i, m] = !absent.Any(pair => pair[0] == i && pair[1] == m);
            }
        }

        return new PresenceMask(present);
    }

    private static TrainingResult Fit(MultimodalModel model, ModalityInput[] inputs, PresenceMask present)
    {
        var labels = arange(Samples, dtype: ScalarType.Int64).remainder(Toy.Classes);
        var data = new MultimodalDataset(inputs, labels, new ClassificationTask(Toy.Classes), present);
        return new Trainer(model, Toy.Task, new JointTraining(), Toy.Options(epochs: 1)).Fit(data.InOrder(Samples));
    }
}
