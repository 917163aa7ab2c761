using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Documentation;

/// <summary>The encoders of sequences in docs/getting-started.md.</summary>
internal static class SequenceCode
{
    public static TrainingResult Run(Tensor audio, Tensor tokens, Tensor lengths, Tensor labels, TrainerOptions options)
    {
        using var network = new MultimodalModel(
            [
                new("audio", new RecurrentEncoder(inputs: 8, width: 16)),
                new("text", new TokenEncoder(vocabulary: 50, dimension: 12, new RecurrentEncoder(12, 16, RecurrentCell.LSTM))),
            ],
            widths => new LateFusion(widths, outputs: 3));
        var sequences = new MultimodalDataset([audio, new ModalityInput(tokens, lengths)], labels, new ClassificationTask(3));

        return new Trainer(network, new ClassificationTask(3), new UniformBaseline(), options).Fit(sequences.Shuffled(8, seed: 1));
    }
}
