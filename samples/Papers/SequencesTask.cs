using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace Papers;

/// <summary>Sequences of text, audio and vision, from formulas and a seed. The task was made to show the effect: text tells the
/// class at once but is ambiguous in a fifth of the samples; audio and vision tell it too, and take longer to learn.</summary>
internal static class SequencesTask
{
    public const int Classes = 4;

    private const int Train = 1600;
    private const int Test = 800;
    private const int Few = 64;
    private const int Width = 32;

    // Text: every class has words of its own among common ones.
    private const int WordsPerClass = 4;
    private const int Vocabulary = 40;
    private const int Words = 10;
    private const double OwnWords = 0.4;
    private const double Ambiguous = 0.2;

    private const int AudioSteps = 24;
    private const int VisionSteps = 6;
    private const int Features = 8;

    public static readonly ClassificationTask Task = new(Classes);

    /// <summary>The same as a sentiment of -3, -1, 1 or 3, which is learned as a value and scored by its sign.</summary>
    public static readonly RegressionTask Sentiment = new(scoredBySign: true);

    /// <summary>Gets the names of the modalities, in their order.</summary>
    public static readonly IReadOnlyList<string> Modalities = ["text", "audio", "vision"];

    /// <summary>Makes both splits. The tensors belong to the open dispose scope.</summary>
    /// <param name="task">One of the two tasks.</param>
    /// <param name="modalities">The indices of those that are used.</param>
    /// <param name="isQuick">Whether to make few.</param>
    /// <param name="seed">Chooses the samples.</param>
    public static (MultimodalDataset Train, MultimodalDataset Test) Make(
        LearningTask task, IReadOnlyList<int> modalities, bool isQuick, int seed)
    {
        random.manual_seed(seed);
        return (Samples(task, isQuick ? Few : Train, modalities), Samples(task, isQuick ? Few : Test, modalities));
    }

    /// <summary>Makes an encoder: a GRU over words, a transformer over sound, a GRU over images.</summary>
    public static ModalityEncoder Encoder(int modality) => modality switch
    {
        0 => new ModalityEncoder("text", new TokenEncoder(Vocabulary, Width, new RecurrentEncoder(Width, Width))),
        1 => new ModalityEncoder("audio", new SequenceTransformer(Features, Width, layers: 2, heads: 4)),
        _ => new ModalityEncoder("vision", new RecurrentEncoder(Features, Width)),
    };

    private static MultimodalDataset Samples(LearningTask task, int count, IReadOnlyList<int> modalities)
    {
        var labels = randint(0, Classes, count, ScalarType.Int64);
        ModalityInput[] all = [Text(labels), Audio(labels), Vision(labels)];
        var targets = task == Sentiment ? ((2 * labels) - (Classes - 1)).to(ScalarType.Float32) : labels;
        return new MultimodalDataset([.. modalities.Select(m => all[m])], targets, task);
    }

    private static ModalityInput Text(Tensor labels)
    {
        long count = labels.shape[0];
        var said = where(rand(count).lt(Ambiguous), randint(0, Classes, count, ScalarType.Int64), labels).unsqueeze(1);
        var own = 1 + (said * WordsPerClass) + randint(0, WordsPerClass, [count, Words], ScalarType.Int64);
        var common = randint(1 + (Classes * WordsPerClass), Vocabulary, [count, Words], ScalarType.Int64);
        var lengths = randint(Words / 2, Words + 1, count, ScalarType.Int64);
        var words = where(rand(count, Words).lt(OwnWords), own, common);
        return new ModalityInput(words.masked_fill(arange(Words).ge(lengths.unsqueeze(1)), 0), lengths);
    }

    /// <summary>A wave whose length tells the class, under noise, at a random phase.</summary>
    private static ModalityInput Audio(Tensor labels)
    {
        long count = labels.shape[0];
        var frequency = (0.3 + (0.6 * labels.to(ScalarType.Float32))).reshape(-1, 1, 1);
        var phase = 2 * Math.PI * rand(count, 1, Features);
        var wave = ((frequency * arange(AudioSteps, ScalarType.Float32).reshape(1, -1, 1)) + phase).sin();
        return new ModalityInput(wave + (0.5 * randn(count, AudioSteps, Features)), Full(count, AudioSteps));
    }

    /// <summary>Two bits of the label, each the sign of the product of two features that stay the same over time.</summary>
    private static ModalityInput Vision(Tensor labels)
    {
        long count = labels.shape[0];
        var image = randn(count, Features);
        foreach (int bit in new[] { 0, 1 })
        {
            var sign = 1 - (2 * labels.bitwise_right_shift(bit).bitwise_and(1));
            var (first, second) = (image.select(1, 2 * bit), image.select(1, (2 * bit) + 1));
            second.copy_(first.sign() * second.abs() * sign);
        }

        return new ModalityInput(
            image.unsqueeze(1) + (0.3 * randn(count, VisionSteps, Features)), Full(count, VisionSteps));
    }

    private static Tensor Full(long count, long steps) => full([count], steps, ScalarType.Int64);
}
