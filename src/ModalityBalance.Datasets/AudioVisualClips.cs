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
    public IBatchSource Shuffled(int batchSize, int seed, bool dropLast = false) => new Batches(this, batchSize, seed, dropLast);

    /// <summary>Every recording once, in order.</summary>
    /// <inheritdoc cref="Shuffled"/>
    public IBatchSource InOrder(int batchSize, bool dropLast = false) => new Batches(this, batchSize, null, dropLast);

    private MultimodalBatch Load(int[] indices, Func<int, Random?> random)
    {
        using var scope = NewDisposeScope();
        var audio = indices.Select(i => Spectrogram.Of(Recording.Read(_clips[i].Sound, _options.SampleRate), _options)).ToArray();
        var visual = indices.Select(i => Frames.Read(_clips[i].Frames, _options, random(i))).ToArray();
        return new MultimodalBatch(
            [stack(audio).MoveToOuterDisposeScope(), stack(visual).MoveToOuterDisposeScope()],
            tensor(indices.Select(i => (long)_clips[i].Label).ToArray()).MoveToOuterDisposeScope(),
            sampleIndices: [.. indices.Select(i => (long)i)]);
    }

    private sealed class Batches : IBatchSource
    {
        private readonly AudioVisualClips _data;
        private readonly int _batchSize;
        private readonly int? _seed;
        private readonly bool _dropLast;

        public Batches(AudioVisualClips data, int batchSize, int? seed, bool dropLast)
        {
            if (batchSize < 1 || batchSize > data.Count)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(batchSize), $"batchSize must lie in [1, {data.Count}], the number of recordings, but is {batchSize}.");
            }

            (_data, _batchSize, _seed, _dropLast) = (data, batchSize, seed, dropLast);
        }

        public int? BatchCount => (_data.Count + (_dropLast ? 0 : _batchSize - 1)) / _batchSize;

        public string Description => $"{_data.Name}, {_data.Count} recordings in batches of {_batchSize}, {_data._options}, "
            + $"{(_seed is null ? "in order" : $"shuffled with seed {_seed}")}{(_dropLast ? ", without a last partial one" : "")}";

        IEnumerable<MultimodalBatch> IBatchSource.Batches(int epoch)
        {
            int[] order = [.. Enumerable.Range(0, _data.Count)];
            int mixed = unchecked(((_seed ?? 0) * 1_000_003) + epoch);
            if (_seed is not null)
            {
                new Random(mixed).Shuffle(order);
            }

            bool varies = _seed is not null && _data._options.VariesFrames;
            return order.Chunk(_batchSize).Where(batch => batch.Length == _batchSize || !_dropLast)
                .Select(batch => _data.Load(batch, i => varies ? new Random(unchecked((mixed * 1_000_003) + i)) : null));
        }
    }
}

/// <summary>One recording.</summary>
/// <param name="Sound">A wav file.</param>
/// <param name="Frames">At least one image file, in order.</param>
/// <param name="Label">The number of its class.</param>
internal sealed record Clip(string Sound, IReadOnlyList<string> Frames, int Label);
