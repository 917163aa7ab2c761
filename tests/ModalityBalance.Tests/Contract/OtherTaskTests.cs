using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Contract;

/// <summary>Every strategy on tasks that are no classification.</summary>
public class OtherTaskTests
{
    private const int Samples = 32;

    public static TheoryData<string, string> All
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (string name in StrategyTable.Names)
            {
                foreach (string task in new[] { "regression", "multi-label" }.Where(task => StrategyTable.Takes(name, task)))
                {
                    all.Add(name, task);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void It_learns_the_targets(string name, string kind)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        LearningTask task = kind == "regression" ? new RegressionTask(sigmoid: true) : new MultiLabelTask(3);
        var (batch, teachers) = Data(task);
        using var model = new MultimodalModel(
            [new ModalityEncoder("a", new Mlp(4, 8, 5)), new ModalityEncoder("b", new Mlp(4, 8, 5))],
            StrategyTable.Fusion(name) == "late"
                ? new LateFusion([5, 5], task.Outputs) : new VotingFusion([5, 5], task.Outputs, VoteWeighting.Mean));
        using var optimizer = optim.SGD(model.parameters(), 0.05, momentum: 0.9);
        var strategy = StrategyTable.Make(name, 2);
        StrategyTable.Begin(strategy, model, BatchSource.From([batch]));
        double before = Loss();

        for (int i = 0; i < 60; i++)
        {
            using var inner = NewDisposeScope();
            for (int turn = 0; turn < strategy.TurnsPerBatch(2); turn++)
            {
                strategy.ComputeGradients(new TrainingStep(model, task, batch, 0, i, teachers) { Turn = turn });
                optimizer.step();
            }
        }

        Loss().Should().BeLessThan(0.9 * before);
        (strategy as IDisposable)?.Dispose();

        double Loss()
        {
            using var inner = NewDisposeScope();
            using var noGrad = no_grad();
            var z = batch.Inputs.Select((input, m) => model.Encode(m, input)).ToArray();
            return task.LossPerSample(model.Fuse(z, null), batch.Targets).mean().item<float>();
        }
    }

    /// <summary>Targets that both inputs show; teachers that know them, the second better.</summary>
    private static (MultimodalBatch Batch, TeacherOutputs Teachers) Data(LearningTask task)
    {
        var signal = randn(Samples, task.Outputs);
        var targets = task is RegressionTask ? signal.flatten().sigmoid() : signal.gt(0).to(ScalarType.Float32);
        var input = cat([signal, zeros(Samples, 4 - task.Outputs)], 1);
        var batch = new MultimodalBatch([input + (0.1 * randn(Samples, 4)), input.clone()], targets);
        var representation = cat([signal, zeros(Samples, 5 - task.Outputs)], 1);
        return (batch, new TeacherOutputs(
            [representation, representation], [signal, 2 * signal], [0.6, 0.8], [0.6, 0.8]));
    }
}
