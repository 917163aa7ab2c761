using System.Security.Cryptography;
using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Support;

/// <summary>A small network and a task that it learns in a few steps.</summary>
internal static class Toy
{
    public const long Inputs = 6;
    public const long Width = 5;
    public const long Classes = 3;

    public static readonly ClassificationTask Task = new(Classes);

    public static MultimodalModel Model(
        int modalities = 2, string fusion = "late", bool heads = true, int seed = 1, bool dropout = false)
    {
        random.manual_seed(seed);
        var widths = Enumerable.Repeat(Width, modalities).ToArray();
        var encoders = widths.Select((width, m) => new ModalityEncoder($"m{m}", Encoder(new Mlp(Inputs + m, 8, width), dropout)));
        var top = Fusion(fusion, widths);
        return new MultimodalModel(
            encoders.ToArray(),
            top,
            heads && !top.PredictsUnimodal ? widths.Select(width => nn.Linear(width, Classes)).ToArray() : null);
    }

    private static nn.Module<Tensor, Tensor> Encoder(Mlp layers, bool dropout) =>
        dropout ? nn.Sequential(layers, nn.Dropout(0.3)) : layers;

    public static FusionModule Fusion(string name, long[] widths) => name switch
    {
        "late" => new LateFusion(widths, Classes),
        "concat" => new ConcatFusion(widths, Classes),
        "sum" => new SumFusion(widths, Classes),
        "film" => new FilmFusion(widths, Classes),
        "gated" => new GatedFusion(widths, Classes),
        "attention" => new CrossAttentionFusion(widths, Classes),
        "voting by entropy" => new VotingFusion(widths, Classes, VoteWeighting.Entropy),
        "voting by sum" => new VotingFusion(widths, Classes, VoteWeighting.Sum),
        "certainty" => new CertaintyFusion(new ConcatFusion(widths, Classes)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name),
    };

    /// <summary>Class c pushes feature c of every modality up; later modalities are noisier.</summary>
    public static MultimodalDataset Data(
        int modalities = 2, int samples = 96, int seed = 7, ScalarType dtype = ScalarType.Float32)
    {
        random.manual_seed(seed);
        var labels = arange(samples, dtype: ScalarType.Int64).remainder(Classes);
        var inputs = Enumerable.Range(0, modalities).Select(m =>
        {
            var signal = nn.functional.one_hot(labels, Inputs + m).to(dtype);
            return (ModalityInput)((2.5 * signal) + ((m + 1) * 0.5 * randn(samples, Inputs + m, dtype: dtype)));
        });
        return new MultimodalDataset(inputs.ToArray(), labels, Task);
    }

    /// <summary>Samples in double of which every sixth lacks the first modality and every seventh the second.</summary>
    public static MultimodalDataset DataWithGaps(int modalities, int samples)
    {
        var all = Data(modalities, samples, dtype: ScalarType.Float64).Select([.. Enumerable.Range(0, samples).Select(i => (long)i)]);
        var present = new bool[samples, modalities];
        for (int i = 0; i < samples; i++)
        {
            for (int m = 0; m < modalities; m++)
            {
                present[i, m] = (m == 0 && i % 6 != 0) || (m == 1 && i % 7 != 1) || m > 1;
            }
        }

        return new MultimodalDataset(all.Inputs, all.Targets, Task, new PresenceMask(present));
    }

    public static MultimodalBatch Batch(int modalities = 2, int size = 8, ScalarType dtype = ScalarType.Float32) =>
        Data(modalities, size, dtype: dtype).Select(Enumerable.Range(0, size).Select(i => (long)i).ToArray());

    public static TrainerOptions Options(int epochs = 3) => new()
    {
        Epochs = epochs,
        Optimizer = model => optim.SGD(model.Root.parameters(), 0.02, momentum: 0.9),
    };

    /// <summary>The bits of every parameter and buffer, as text that compares fast.</summary>
    public static Dictionary<string, string> State(IMultimodalModel model) => model.Root.state_dict()
        .ToDictionary(entry => entry.Key, entry => Convert.ToHexString(SHA256.HashData(entry.Value.bytes)));
}
