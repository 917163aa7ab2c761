using ModalityBalance.Strategies;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks;

/// <summary>A way to make a training step.</summary>
/// <param name="Strategy">Its name in the results.</param>
/// <param name="Phase">G2D's phase, "joint" or "prioritised"; null for the others.</param>
/// <param name="Step">One step, in a scope of its own.</param>
internal sealed record StepVariant(string Strategy, string? Phase, Action Step)
{
    public const string Yardstick = "joint";

    /// <summary>All ways, each with a network and an optimizer of its own.</summary>
    public static IReadOnlyList<StepVariant> All(BenchmarkNetwork network, int modalities)
    {
        int[] phases = Enumerable.Repeat(1, modalities - 1).ToArray();
        return
        [
            Of(network, Yardstick, null, new JointTraining()),
            HandWritten(network),
            Of(network, "uniform", null, new UniformBaseline()),
            Of(network, "umt", null, new I2mcl(I2mclOptions.DistillationOnly)),
            Of(network, "pareto", null, new ConventionalPareto()),
            Of(network, "mmpareto", null, new MMPareto()),
            Of(network, "i2mcl", null, new I2mcl()),
            Of(network, "g2d", "joint", new G2D()),
            Of(network, "g2d", "prioritised", new G2D(new G2DOptions { PhaseEpochs = phases })),
        ];
    }

    private static StepVariant Of(BenchmarkNetwork network, string name, string? phase, IGradientStrategy strategy)
    {
        var model = network.Build();
        var optimizer = Sgd(model);
        return new StepVariant(name, phase, () =>
        {
            using var scope = NewDisposeScope();
            strategy.ComputeGradients(
                new TrainingStep(model, network.Task, network.Batch, teachers: network.Teachers));
            optimizer.step();
        });
    }

    /// <summary>The same network in the plain loop, as one writes it without the library.</summary>
    private static StepVariant HandWritten(BenchmarkNetwork network)
    {
        var model = network.Build();
        var optimizer = Sgd(model);
        return new StepVariant("handwritten", null, () =>
        {
            using var scope = NewDisposeScope();
            model.zero_grad();
            var z = network.Batch.Inputs.Select((input, m) => model.Encode(m, input)).ToArray();
            nn.functional.cross_entropy(model.Fuse(z, null), network.Batch.Targets).backward();
            optimizer.step();
        });
    }

    /// <summary>The optimizer of every way.</summary>
    public static optim.Optimizer Sgd(IMultimodalModel model) =>
        optim.SGD(model.Root.parameters(), 1e-4, momentum: 0.9, weight_decay: 1e-4);
}
