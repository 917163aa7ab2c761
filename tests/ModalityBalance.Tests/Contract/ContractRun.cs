using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Contract;

/// <summary>A strategy of the table with a toy network, an optimizer and teachers.</summary>
internal sealed class ContractRun : IDisposable
{
    private readonly optim.Optimizer _optimizer;
    private readonly StepGuard _guard;
    private readonly ToyTeachers _teachers;
    private readonly ScalarType _dtype;
    private long _steps;

    public ContractRun(
        string strategy, int modalities = 2, string fusion = "late", ScalarType dtype = ScalarType.Float32)
    {
        Model = Toy.Model(modalities, StrategyTable.Fusion(strategy, fusion));
        Model.to(dtype);
        _dtype = dtype;
        Strategy = StrategyTable.Make(strategy, modalities);
        _teachers = new ToyTeachers(modalities);
        _optimizer = StrategyTable.Optimizer(Strategy, Model, 0.05);
        _guard = new StepGuard(Model);
    }

    public MultimodalModel Model { get; }

    public IGradientStrategy Strategy { get; }

    /// <summary>Makes a step in epoch 0, of all turns.</summary>
    /// <returns>The encoder passes of all turns.</returns>
    public EncoderPasses Step(MultimodalBatch batch)
    {
        using var scope = NewDisposeScope();
        if (_steps == 0 && Strategy.State.Names.Count == 0)
        {
            StrategyTable.Begin(Strategy, Model, Toy.Data(Model.Modalities.Count, dtype: _dtype).InOrder(16));
        }

        EncoderPasses passes = default;
        for (int turn = 0; turn < Strategy.TurnsPerBatch(Model.Modalities.Count); turn++)
        {
            var step = new TrainingStep(Model, Toy.Task, batch, 0, _steps, _teachers.For(batch)) { Turn = turn };
            if (!_guard.ComputeGradients(Strategy, step).IsSkipped)
            {
                _optimizer.step();
            }

            passes += step.Passes;
        }

        _steps++;
        return passes;
    }

    public void Train(MultimodalDataset data, int epochs, int batchSize = 16, params TrainingCallback[] observers) =>
        new Trainer(Model, Toy.Task, Strategy, Options(epochs) with { Callbacks = observers })
            .Fit(data.Shuffled(batchSize, 3), Strategy.Requirements.HasFlag(StrategyRequirements.Validation) ? data.InOrder(32) : null);

    public double Accuracy(MultimodalDataset data) =>
        Evaluator.Evaluate(Model, Toy.Task, data.InOrder(32), CPU).Fused.Primary;

    public double UnimodalAccuracy(MultimodalDataset data) =>
        Evaluator.Evaluate(Model, Toy.Task, data.InOrder(32), CPU).Unimodal!.Max(scores => scores.Primary);

    public void Dispose()
    {
        (Strategy as IDisposable)?.Dispose();
        _guard.Dispose();
        _optimizer.Dispose();
        Model.Dispose();
    }

    private TrainerOptions Options(int epochs) => Toy.Options(epochs) with
    {
        Teachers = _teachers,
        Optimizer = model => StrategyTable.Optimizer(Strategy, model, 0.02, momentum: 0.9),
    };
}
