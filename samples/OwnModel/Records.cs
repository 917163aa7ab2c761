using ModalityBalance.Data;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace OwnModel;

/// <summary>Records of four classes, made from formulas; a seventh of them lacks a modality.</summary>
internal static class Records
{
    public const int Classes = 4;
    public const int Vocabulary = 8;
    public const int Columns = 6;
    public const int Side = 8;
    private const int Steps = 6;

    public static ClassificationTask Task { get; } = new(Classes);

    public static MultimodalDataset Make(int count)
    {
        var labels = randint(0, Classes, count, ScalarType.Int64);
        return new MultimodalDataset([Images(labels), Texts(labels), Table(labels)], labels, Task, Presence(count));
    }

    // One channel with a bright row, whose place is the class, under heavy noise.
    private static Tensor Images(Tensor labels)
    {
        var row = nn.functional.one_hot(2 * labels, Side).to(ScalarType.Float32).view(-1, 1, Side, 1);
        return row + (1.5 * randn(labels.shape[0], 1, Side, Side));
    }

    // Random tokens. The first two, as numbers, add up to the class. What stands behind a text's length is padding.
    private static ModalityInput Texts(Tensor labels)
    {
        long count = labels.shape[0];
        var tokens = randint(0, Vocabulary, [count, Steps], ScalarType.Int64);
        var lengths = randint(2, Steps + 1, [count], ScalarType.Int64);
        tokens.select(1, 1).copy_((labels - tokens.select(1, 0)).remainder(Classes));
        return new ModalityInput(tokens, lengths);
    }

    // Columns whose means depend on the class: by far the easiest to learn from.
    private static Tensor Table(Tensor labels) => (3 * nn.functional.one_hot(labels, Columns)) + randn(labels.shape[0], Columns);

    private static PresenceMask Presence(int count)
    {
        var present = new bool[count, 3];
        for (int i = 0; i < count; i++)
        {
            for (int m = 0; m < 3; m++)
            {
                present[i, m] = i % 7 != 0 || i / 7 % 3 != m;
            }
        }

        return new PresenceMask(present);
    }
}
