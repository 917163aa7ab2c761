using ModalityBalance.Benchmarks.Networks;
using ModalityBalance.Data;
using ModalityBalance.Strategies;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks.Steps;

/// <summary>
/// Times all ways to make a step, the trainer's among them, in one process. The rounds run inside the trainer: it pulls
/// a batch, which first times the others, then its own step until it pulls the next.
/// </summary>
internal sealed class StepRounds : IBatchSource, IDisposable
{
    private readonly StepSetting _setting;
    private readonly int _rounds;
    private readonly BenchmarkNetwork _network;
    private readonly StepVariant[] _variants;
    private readonly StepTimes _times;
    private readonly StepClock _clock;
    private readonly List<double> _trainer = [];

    public StepRounds(StepSetting setting, int rounds)
    {
        (_setting, _rounds) = (setting, rounds);
        _network = new BenchmarkNetwork(setting);
        _variants =
        [
            StepVariant.HandWritten(_network),
            .. StrategyCase.All.Select(of => StepVariant.Of(_network, of)),
            StepVariant.Of(
                new BenchmarkNetwork(setting with { Type = ScalarType.BFloat16 }),
                StrategyCase.Joint with { Strategy = "bfloat16" }),
        ];
        _clock = new StepClock(setting.Device);
        _times = new StepTimes(_clock, _variants);
    }

    public int? BatchCount => _rounds + StepTimes.WarmUp;

    /// <summary>Measures.</summary>
    public IReadOnlyList<StepCost> Run()
    {
        using var model = _network.Build();
        var options = new TrainerOptions { Epochs = 1, Optimizer = StepVariant.Sgd, Device = _setting.ToDevice() };
        new Trainer(model, _network.Task, new JointTraining(), options).Fit(this);
        return
        [
            StepCost.Of(_setting, "trainer", null, _trainer, _times.Yardstick),
            .. _variants.Select(v => StepCost.Of(_setting, v.Strategy, v.Phase, _times.Of(v), _times.Yardstick)),
        ];
    }

    /// <inheritdoc/>
    public IEnumerable<MultimodalBatch> Batches(int epoch)
    {
        for (int round = -StepTimes.WarmUp; round < _rounds; round++)
        {
            _times.Round(timed: round >= 0);
            _clock.Start();
            yield return _network.Batch;
            double own = _clock.Stop();
            if (round >= 0)
            {
                _trainer.Add(own);
            }
        }
    }

    public void Dispose() => Array.ForEach(_variants, variant => variant.Dispose());
}
