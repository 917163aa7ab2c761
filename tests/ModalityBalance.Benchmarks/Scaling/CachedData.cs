using ModalityBalance.Benchmarks.Networks;
using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Teachers;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks.Scaling;

/// <summary>A data set of random samples with a cache of what random teachers say of them, drawn batch by batch for
/// ever.</summary>
internal sealed class CachedData : IDisposable
{
    private const int TeacherBatch = 1000;

    private readonly StepSetting _setting;
    private readonly ModalityInput[] _inputs;
    private readonly Tensor _targets;
    private readonly MultimodalDataset _data;
    private readonly TeacherCache _cache;
    private readonly List<IEnumerator<MultimodalBatch>> _open = [];

    /// <param name="setting">Network and batch.</param>
    /// <param name="network">The network.</param>
    /// <param name="samples">How many to draw from.</param>
    /// <param name="cache">Where the cache is written.</param>
    public CachedData(StepSetting setting, BenchmarkNetwork network, int samples, string cache)
    {
        _setting = setting;
        _inputs = Enumerable.Range(0, setting.Modalities)
            .Select(_ => (ModalityInput)randn([samples, .. setting.SampleShape])).ToArray();
        _targets = randint(0, BenchmarkNetwork.Classes, [samples], ScalarType.Int64);
        _data = new MultimodalDataset(_inputs, _targets, network.Task);
        using var teachers = new UnimodalEnsemble(
            _inputs.Select((_, m) => new ModalityEncoder($"m{m}", network.Encoder())).ToArray(),
            _inputs.Select(_ => nn.Linear(setting.Width, BenchmarkNetwork.Classes)).ToArray());
        TeacherCache.Write(cache, teachers, network.Task, _data.InOrder(TeacherBatch), CPU);
        _cache = TeacherCache.Open(cache, teachers: null, data: null);
    }

    /// <summary>A source of batches of its own.</summary>
    public Func<(MultimodalBatch Batch, TeacherOutputs Teachers)> Source()
    {
        var batches = Endless().GetEnumerator();
        _open.Add(batches);
        return () =>
        {
            batches.MoveNext();
            var batch = batches.Current.To(_setting.ToDevice());
            return (batch, _cache.For(batch));
        };
    }

    public void Dispose()
    {
        _open.ForEach(batches => batches.Dispose());
        _cache.Dispose();
        _targets.Dispose();
        Array.ForEach(_inputs, input => input.Tensors[0].Dispose());
    }

    private IEnumerable<MultimodalBatch> Endless()
    {
        for (int epoch = 0; ; epoch++)
        {
            foreach (var batch in _data.Shuffled(_setting.Batch, seed: 1).Batches(epoch))
            {
                yield return batch;
            }
        }
    }
}
