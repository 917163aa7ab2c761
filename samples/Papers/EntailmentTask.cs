using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace Papers;

/// <summary>Visual entailment, from formulas and a seed: an image of three colored regions, one of them covered, and a sentence
/// that names the color of one. It is true, false, or, where the region is covered, open. The task was made so that neither the image
/// nor the sentence alone says anything about the answer.</summary>
internal static class EntailmentTask
{
    public const int Answers = 3;

    /// <summary>The features of a sentence, and of each token of an image.</summary>
    public const int Width = 64;

    /// <summary>The tokens of an image: one of the class, and one per region.</summary>
    public const int ImageTokens = 1 + Regions;

    private const int Train = 4000;
    private const int Test = 1000;
    private const int Few = 64;

    // The image: rows and columns of square regions.
    private const int Rows = 1;
    private const int Columns = 3;
    private const int Regions = Rows * Columns;
    private const int Covered = 1;
    private const int Side = 4;
    private const double Noise = 0.2;

    // The sentence: a word for the region, one for the color, and common ones around them.
    private const int Colors = 3;
    private const int Words = 6;
    private const int CommonWords = 9;
    private const int FirstColor = 1 + Regions;
    private const int FirstCommon = FirstColor + Colors;

    // Channels of the colors, and of a cover.
    private static readonly float[] Palette = [1, -1, -1, -1, 1, -1, -1, -1, 1, 0, 0, 0];

    public static readonly ClassificationTask Task = new(Answers);

    /// <summary>What each modality says by itself, which teachers can learn: the color or cover of each region, the region that the
    /// sentence names, and its color.</summary>
    public static readonly MultiLabelTask Content = new((Regions * (Colors + 1)) + Regions + Colors);

    /// <summary>Makes both splits, and the training split with its content as targets. The tensors belong to the open dispose
    /// scope.</summary>
    /// <param name="isQuick">Whether to make few.</param>
    /// <param name="seed">Chooses the samples.</param>
    public static (MultimodalDataset Train, MultimodalDataset Test, MultimodalDataset Content) Make(bool isQuick, int seed)
    {
        random.manual_seed(seed);
        var (train, content) = Samples(isQuick ? Few : Train);
        return (train, Samples(isQuick ? Few : Test).Answers, content);
    }

    /// <summary>Makes the encoders: a transformer over the regions, a GRU over the words.</summary>
    public static ModalityEncoder[] Encoders() =>
    [
        new("image", new PatchEncoder(3, Rows * Side, Columns * Side, Side, Width, layers: 1, heads: 4)),
        new("sentence", new TokenEncoder(FirstCommon + CommonWords, Width, new RecurrentEncoder(Width, Width))),
    ];

    private static (MultimodalDataset Answers, MultimodalDataset Content) Samples(int count)
    {
        var colors = randint(0, Colors, [count, Regions], ScalarType.Int64);
        var covered = rand(count, Regions).argsort(1).lt(Covered);
        var named = randint(0, Regions, [count, 1], ScalarType.Int64);
        var answer = where(covered.gather(1, named), 2, randint(0, 2, [count, 1], ScalarType.Int64));

        // A false sentence names one of the other colors.
        var other = (colors.gather(1, named) + randint(1, Colors, [count, 1], ScalarType.Int64)).remainder(Colors);
        var color = where(answer.eq(0), colors.gather(1, named), where(answer.eq(1), other, randint(0, Colors, [count, 1], ScalarType.Int64)));
        ModalityInput[] inputs = [Image(colors, covered), Sentence(named, color)];
        Tensor[] content =
        [
            nn.functional.one_hot(where(covered, Colors, colors), Colors + 1).flatten(1),
            nn.functional.one_hot(named.squeeze(1), Regions),
            nn.functional.one_hot(color.squeeze(1), Colors),
        ];
        return (
            new MultimodalDataset(inputs, answer.squeeze(1), Task),
            new MultimodalDataset(inputs, cat(content, 1).to(ScalarType.Float32), Content));
    }

    private static ModalityInput Image(Tensor colors, Tensor covered)
    {
        long count = colors.shape[0];
        var channels = tensor(Palette, [Colors + 1, 3])
            .index_select(0, where(covered, Colors, colors).flatten()).reshape(count, Rows, Columns, 3).permute(0, 3, 1, 2);
        var image = channels.repeat_interleave(Side, 2).repeat_interleave(Side, 3);
        return image + (Noise * randn_like(image));
    }

    /// <summary>The two words that matter, in this order, at random places among common ones.</summary>
    private static ModalityInput Sentence(Tensor region, Tensor color)
    {
        long count = region.shape[0];
        var words = randint(FirstCommon, FirstCommon + CommonWords, [count, Words], ScalarType.Int64);
        var (places, _) = rand(count, Words).argsort(1).narrow(1, 0, 2).sort(1);
        words.scatter_(1, places, cat([1 + region, FirstColor + color], 1));
        return new ModalityInput(words, full(count, Words, ScalarType.Int64));
    }
}
