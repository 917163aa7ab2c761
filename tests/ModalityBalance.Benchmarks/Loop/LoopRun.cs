using ModalityBalance.Benchmarks.Networks;
using ModalityBalance.Benchmarks.Steps;
using ModalityBalance.Data;
using ModalityBalance.Distributed;
using ModalityBalance.Models;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks.Loop;

/// <summary>A training by the trainer, on random samples, that repeats bit for bit.</summary>
internal sealed class LoopRun : IDisposable
{
    private readonly StepSetting _setting;
    private readonly BenchmarkNetwork _network;
    private readonly MultimodalDataset _data;
    private readonly SampleTeachers _teachers;

    /// <param name="setting">Network and batch.</param>
    /// <param name="stepsPerEpoch">How many batches the samples are.</param>
    public LoopRun(StepSetting setting, int stepsPerEpoch)
    {
        _setting = setting;
        _network = new BenchmarkNetwork(setting);
        Model = _network.Build();
        random.manual_seed(3);
        int samples = setting.Batch * stepsPerEpoch;
        _data = new MultimodalDataset(
            _network.Batch.Inputs.Select(_ => (ModalityInput)randn([samples, .. setting.SampleShape])).ToArray(),
            randint(0, BenchmarkNetwork.Classes, [samples], ScalarType.Int64),
            _network.Task);
        _teachers = new SampleTeachers(setting, samples);
    }

    public MultimodalModel Model { get; }

    /// <summary>Those that train together; this one alone by default.</summary>
    public ProcessGroup Processes { get; init; } = ProcessGroup.SingleProcess;

    /// <summary>Trains.</summary>
    /// <param name="of">By which strategy.</param>
    /// <param name="epochs">Passes over the data.</param>
    /// <param name="validate">Whether to keep best weights too.</param>
    /// <param name="resumeFrom">A checkpoint; null for none.</param>
    /// <param name="observers">Told of it.</param>
    public TrainingResult Train(
        StrategyCase of,
        int epochs,
        bool validate,
        string? resumeFrom,
        params IReadOnlyList<TrainingCallback> observers)
    {
        var strategy = of.Make(_setting.Modalities);
        using var state = strategy as IDisposable;
        var options = new TrainerOptions
        {
            Epochs = epochs,
            Optimizer = StepVariant.Sgd,
            Device = _setting.ToDevice(),
            ResumeFrom = resumeFrom,
            Teachers = _teachers,
            Callbacks = observers,
            Processes = Processes,
        };
        return new Trainer(Model, _network.Task, strategy, options).Fit(
            _data.Shuffled(_setting.Batch, seed: 1), validate ? _data.InOrder(_setting.Batch) : null);
    }

    public void Dispose() => Model.Dispose();
}
