using ModalityBalance.Benchmarks.Networks;
using ModalityBalance.Data;
using ModalityBalance.Distributed;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Teachers;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks.Steps;

/// <summary>A way to make a training step, with a network and an optimizer of its own.</summary>
internal sealed class StepVariant : IDisposable
{
    private readonly Action<StepVariant> _gradients;
    private readonly optim.Optimizer _optimizer;
    private readonly IDisposable? _state;

    private StepVariant(
        string strategy, string? phase, MultimodalModel model, IDisposable? state, Action<StepVariant> gradients)
    {
        (Strategy, Phase, Model, _state, _gradients) = (strategy, phase, model, state, gradients);
        _optimizer = Sgd(model);
    }

    /// <summary>Its name in the results.</summary>
    public string Strategy { get; }

    /// <summary>G2D's phase; null for the others.</summary>
    public string? Phase { get; }

    public MultimodalModel Model { get; }

    /// <summary>A strategy in a loop of one's own, batch and teacher outputs at hand.</summary>
    public static StepVariant Of(BenchmarkNetwork network, StrategyCase of) =>
        Of(network, of, () => (network.Batch, network.Teachers));

    /// <summary>A strategy that gets its batch and teacher outputs anew in every step.</summary>
    public static StepVariant Of(
        BenchmarkNetwork network,
        StrategyCase of,
        Func<(MultimodalBatch Batch, TeacherOutputs Teachers)> next,
        ProcessGroup? processes = null)
    {
        var strategy = of.Make(network.Batch.Inputs.Count);
        return new StepVariant(of.Strategy, of.Phase, network.Build(), strategy as IDisposable, variant =>
        {
            var (batch, teachers) = next();
            var step = new TrainingStep(variant.Model, network.Task, batch, teachers: teachers)
            {
                Processes = processes ?? ProcessGroup.SingleProcess,
            };
            strategy.ComputeGradients(step);
            step.SumGradients();
        });
    }

    /// <summary>The same network in the plain loop, as one writes it without the library.</summary>
    public static StepVariant HandWritten(BenchmarkNetwork network) =>
        new("handwritten", null, network.Build(), null, variant =>
        {
            variant.Model.zero_grad();
            var z = network.Batch.Inputs.Select((input, m) => variant.Model.Encode(m, input)).ToArray();
            nn.functional.cross_entropy(variant.Model.Fuse(z, null), network.Batch.Targets).backward();
        });

    /// <summary>One step, in a scope of its own.</summary>
    /// <param name="look">Sees the model between its gradients and the optimizer's step.</param>
    public void Step(Action<MultimodalModel>? look = null)
    {
        using var scope = NewDisposeScope();
        _gradients(this);
        look?.Invoke(Model);
        _optimizer.step();
    }

    /// <summary>Gives every parameter its momentum, as training leaves it behind whoever learns next.</summary>
    public void FillMomentum()
    {
        using var scope = NewDisposeScope();
        foreach (var parameter in Model.parameters())
        {
            parameter.grad = zeros_like(parameter);
        }

        _optimizer.step();
        Model.zero_grad();
    }

    /// <summary>The optimizer of every way.</summary>
    public static optim.Optimizer Sgd(IMultimodalModel model) =>
        optim.SGD(model.Root.parameters(), 1e-4, momentum: 0.9, weight_decay: 1e-4);

    public void Dispose()
    {
        _optimizer.Dispose();
        _state?.Dispose();
        Model.Dispose();
    }
}
