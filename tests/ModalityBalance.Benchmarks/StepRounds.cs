using System.Diagnostics;
using ModalityBalance.Strategies;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks;

/// <summary>
/// Times all ways to make a step in turn, in rounds, so that whatever slows the machine slows them all. The rounds run
/// inside the trainer: it pulls a batch, which first times the others, then its own step until it pulls the next.
/// </summary>
internal sealed class StepRounds(StepSetting setting, int rounds) : IBatchSource
{
    private const int WarmUp = 2;

    private static readonly StepVariant Trainer = new("trainer", null, () => { });

    private readonly BenchmarkNetwork _network = new(setting);
    private readonly Dictionary<StepVariant, List<double>> _milliseconds = [];

    public int? BatchCount => rounds + WarmUp;

    /// <summary>Measures.</summary>
    public IReadOnlyList<StepCost> Run()
    {
        var options = new TrainerOptions { Epochs = 1, Optimizer = StepVariant.Sgd, Device = setting.ToDevice() };
        new Trainer(_network.Build(), _network.Task, new JointTraining(), options).Fit(this);
        var yardstick = _milliseconds.Single(entry => entry.Key.Strategy == StepVariant.Yardstick).Value;
        return _milliseconds.Select(entry => StepCost.Of(setting, entry.Key, entry.Value, yardstick)).ToArray();
    }

    /// <inheritdoc/>
    public IEnumerable<MultimodalBatch> Batches(int epoch)
    {
        var variants = StepVariant.All(_network, setting.Modalities).ToArray();
        var random = new Random(1);
        for (int round = -WarmUp; round < rounds; round++)
        {
            random.Shuffle(variants);
            foreach (var variant in variants)
            {
                long start = Start();
                variant.Step();
                Stop(round, variant, start);
            }

            long own = Start();
            yield return _network.Batch;
            Stop(round, Trainer, own);
        }
    }

    private long Start()
    {
        Synchronise();
        return Stopwatch.GetTimestamp();
    }

    private void Stop(int round, StepVariant variant, long start)
    {
        Synchronise();
        if (round >= 0)
        {
            _milliseconds.TryAdd(variant, []);
            _milliseconds[variant].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
    }

    private void Synchronise()
    {
        if (setting.ToDevice().type == TorchSharp.DeviceType.CUDA)
        {
            cuda.synchronize();
        }
    }
}
