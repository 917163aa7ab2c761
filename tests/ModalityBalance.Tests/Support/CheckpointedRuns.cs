using ModalityBalance.Data;
using ModalityBalance.Strategies;
using ModalityBalance.Teachers;
using ModalityBalance.Tests.Contract;
using ModalityBalance.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Support;

/// <summary>Runs of the toy that leave checkpoints in a folder.</summary>
public abstract class CheckpointedRuns : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>The folder; made by the first run.</summary>
    protected string Folder => Place("run");

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A place beside the folder.</summary>
    protected string Place(string name) => Path.Combine(_folder.Path, name);

    /// <summary>Where a step's checkpoint is.</summary>
    protected string Step(int step) => Path.Combine(Folder, $"step-{step:D12}.checkpoint");

    protected (TrainingResult Result, Dictionary<string, string> State) Train(
        string strategy,
        int epochs,
        int? stopAfterStep = null,
        bool resume = false,
        string? resumeFrom = null,
        ScalarType dtype = ScalarType.Float32,
        bool dropout = false,
        string optimizer = "SGD",
        CheckpointOptions? checkpoints = null,
        int? failAtStep = null,
        Hooks? before = null,
        Func<TrainerOptions, TrainerOptions>? change = null,
        Func<IBatchSource, IBatchSource>? data = null)
    {
        if (stopAfterStep is not null && Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        using var model = Toy.Model(fusion: StrategyTable.Fusion(strategy), dropout: dropout);
        _ = model.Root.to(dtype);
        using var cancellation = new CancellationTokenSource();
        var stop = new Hooks
        {
            Step = (step, _) =>
            {
                if (step.Index + 1 == stopAfterStep)
                {
                    cancellation.Cancel();
                }
            },
        };
        var options = (change ?? (same => same))(Options(epochs, optimizer)) with
        {
            Teachers = new FailingTeachers(failAtStep),
            ResumeFrom = resume ? Checkpoint.FindNewest(Folder) : resumeFrom,
            Callbacks = [before ?? new Hooks(), stop, new CheckpointWriter(Folder, checkpoints)],
        };
        var rule = StrategyTable.Make(strategy, 2);
        using var remembered = rule as IDisposable;
        if (rule.Requirements.HasFlag(StrategyRequirements.ParameterGroups))
        {
            options = options with { Optimizer = made => StrategyTable.Optimizer(rule, made, 0.02, momentum: 0.9) };
        }

        var trainer = new Trainer(model, Toy.Task, rule, options);
        try
        {
            var batches = Toy.Data(dtype: dtype).Shuffled(16, 3).Prefetch();
            var result = trainer.Fit(
                data?.Invoke(batches) ?? batches, Toy.Data(seed: 8, dtype: dtype).InOrder(32), cancellation.Token);
            return (result, Toy.State(model));
        }
        catch (OperationCanceledException) when (stopAfterStep is not null)
        {
            return (null!, []);
        }
    }

    protected static TrainerOptions Options(int epochs, string optimizer) => new()
    {
        Epochs = epochs,
        Optimizer = model => optimizer switch
        {
            "SGD" => optim.SGD(model.Root.parameters(), 0.02, momentum: 0.9, weight_decay: 1e-3),
            "AdamW" => optim.AdamW(model.Root.parameters(), 0.01, weight_decay: 0.01),
            _ => optim.Adamax(model.Root.parameters(), 0.01),
        },
        Scheduler = made => optim.lr_scheduler.StepLR(made, 2, 0.7),
        Seed = 11,
        WarmUpSteps = 8,
        MaxGradientNorm = 1,
    };

    /// <summary>All of a result but times.</summary>
    protected static TrainingResult Comparable(TrainingResult result) => result with
    {
        Epochs = result.Epochs.Select(epoch => epoch with { Duration = default }).ToArray(),
    };

    /// <summary>The toy's teachers, whose memory is exhausted in one step.</summary>
    private sealed class FailingTeachers(int? failAtStep) : ITeacherSource
    {
        private readonly ToyTeachers _teachers = new(2);
        private int _steps;

        public bool HasOverallConfidences => true;

        public TeacherOutputs For(MultimodalBatch batch) =>
            _steps++ == failAtStep ? throw new InsufficientMemoryException("as a device would") : _teachers.For(batch);
    }
}
