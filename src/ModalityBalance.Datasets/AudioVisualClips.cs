using ModalityBalance.Data;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Datasets;

/// <summary>Recordings with sound and frames, decoded batch by batch. A batch holds the modalities <c>audio</c>, log spectrograms
/// [batch, 1, frequencies, windows], and <c>visual</c>, frames [batch, 3, size, size], or [batch, frames, 3, size, size] for more
/// than one frame (<see cref="MeanOverFrames"/> encodes these).</summary>
/// <remarks>Batches are on the CPU; the trainer moves them. Decode ahead with <see cref="BatchSource.Prefetch"/>.</remarks>
public sealed class AudioVisualClips
{
    private readonly IReadOnlyList<Clip> _clips;
    private readonly AudioVisualOptions _options;

    internal AudioVisualClips(
        string name, IReadOnlyList<Clip> clips, IReadOnlyList<string> classes, AudioVisualOptions options)
    {
        (Name, _clips, Classes, _options) = (name, clips, classes, options);
        Task = new ClassificationTask(classes.Count);
    }

    /// <summary>The names of the modalities, in their order.</summary>
    public static IReadOnlyList<string> Modalities { get; } = ["audio", "visual"];

    /// <summary>The name of the data set and its split.</summary>
    public string Name { get; }

    /// <summary>The number of recordings.</summary>
    public int Count => _clips.Count;

    /// <summary>The names of the classes, by their number.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The learning task.</summary>
    public ClassificationTask Task { get; }

    /// <summary>Every recording once per epoch in a new order, which depends only on seed and epoch, as does the part of each
    /// frame (<see cref="AudioVisualOptions.VariesFrames"/>).</summary>
    /// <param name="batchSize">In [1, <see cref="Count"/>]; the last batch holds what is left.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="dropLast">Whether a last partial batch is left out. Defaults to <see langword="false"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch is empty or larger than the data.</exception>
    public IBatchSource Shuffled(int batchSize, int seed, bool dropLast = false) => Batches(batchSize, seed, dropLast);

    /// <summary>Every recording once, in order.</summary>
    /// <inheritdoc cref="Shuffled"/>
    public IBatchSource InOrder(int batchSize, bool dropLast = false) => Batches(batchSize, null, dropLast);

    private IBatchSource Batches(int batchSize, int? seed, bool dropLast)
    {
        bool varies = seed is not null && _options.VariesFrames;
        return BatchSource.FromSamples(
            Count,
            batchSize,
            (samples, epoch) => Load(samples, i => varies ? new Random(SeedOf(seed, epoch, i)) : null),
            seed,
            dropLast,
            $"{Name}, {_options}");

        // Not HashCode.Combine, which differs between processes.
        static int SeedOf(int? seed, int epoch, long sample) =>
            unchecked(((((seed ?? 0) * 1_000_003) + epoch) * 1_000_003) + (int)sample);
    }

    private MultimodalBatch Load(long[] samples, Func<long, Random?> random)
    {
        using var scope = NewDisposeScope();
        Clip[] clips = [.. samples.Select(i => _clips[(int)i])];
        var audio = clips.Select(clip => Spectrogram.Of(Recording.Read(clip.Sound, _options.SampleRate), _options)).ToArray();
        var visual = clips.Zip(samples, (clip, i) => Frames.Read(clip.Frames, _options, random(i))).ToArray();
        return new MultimodalBatch(
            [stack(audio).MoveToOuterDisposeScope(), stack(visual).MoveToOuterDisposeScope()],
            tensor(clips.Select(clip => (long)clip.Label).ToArray()).MoveToOuterDisposeScope(),
            sampleIndices: samples);
    }
}

/// <summary>One recording.</summary>
/// <param name="Sound">A wav file.</param>
/// <param name="Frames">At least one image file, in order.</param>
/// <param name="Label">The number of its class.</param>
internal sealed record Clip(string Sound, IReadOnlyList<string> Frames, int Label);
