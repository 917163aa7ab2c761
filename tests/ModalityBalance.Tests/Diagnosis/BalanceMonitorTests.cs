using ModalityBalance.Data;
using ModalityBalance.Diagnosis;
using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Solvers;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Contract;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Diagnosis;

public class BalanceMonitorTests
{
    public static TheoryData<string> Names => [.. StrategyTable.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_is_bit_for_bit_what_it_is_without_a_monitor(string name)
    {
        using var scope = NewDisposeScope();
        using var monitor = new BalanceMonitor(every: 2);

        Trained(name, monitor).Should().BeEquivalentTo(Trained(name));
    }

    [Fact]
    public void Heads_outside_the_fusion_learn_if_joint_training_is_asked_to()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(2, "concat");
        using var other = Toy.Model(2, "concat");
        var data = Toy.Data();
        Fit(model, new JointTraining(trainHeads: true), data, epochs: 20);
        Fit(other, new JointTraining(), data, epochs: 20);

        // Heads that nothing trains are right in a third of the cases.
        Evaluator.Evaluate(model, Toy.Task, data.InOrder(32), CPU).Unimodal!
            .Should().OnlyContain(scores => scores.Primary > 0.6);
        var (with, without) = (Toy.State(model), Toy.State(other));
        with.Keys.Where(key => !key.StartsWith("head_", StringComparison.Ordinal))
            .Should().OnlyContain(key => with[key] == without[key]);
    }

    [Fact]
    public void Every_nth_step_is_measured()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        using var monitor = new BalanceMonitor(every: 4);
        Fit(model, new JointTraining(), Toy.Data(), epochs: 3, monitor); // 18 steps: 0, 4, 8, 12 and 16

        var seen = monitor.Read();

        seen.Conflicts.Should().HaveCount(5).And.OnlyContain(step => step.Count == 2);
        seen.Distillation.Should().HaveCount(5).And.OnlyContain(step => step.All(pair => pair != null));
        seen.TeacherConfidences.Should().Equal(0.3, 0.4);
    }

    [Fact]
    public void Measurements_are_what_the_strategies_report()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(2, "concat");
        using var i2mcl = new I2MCL(new I2MCLOptions { DistillationScale = 0.25 });
        using var pareto = new MMPareto();
        using var monitor = new BalanceMonitor();
        var batch = BatchSource.From([Toy.Batch()]);
        var still = Toy.Options(1) with
        {
            Teachers = new ToyTeachers(2),
            Optimizer = network => optim.SGD(network.Root.parameters(), 0),
        };
        IReadOnlyList<double> alphas = [], cosines = [], norms = [];
        var read = new Hooks { Step = (_, report) => alphas = report["alpha"] };
        var compare = new Hooks
        {
            Step = (_, report) => (cosines, norms) = (report["cosine"], report["unimodal_norm"]),
        };

        new Trainer(model, Toy.Task, i2mcl, still with { Callbacks = [monitor, read] }).Fit(batch);
        new Trainer(model, Toy.Task, pareto, still with { Callbacks = [compare] }).Fit(batch);

        var seen = monitor.Read();
        for (int m = 0; m < 2; m++)
        {
            seen.Conflicts[0][m]!.Value.Cosine.Should().BeApproximately(cosines[m], 1e-12);
            seen.Conflicts[0][m]!.Value.SecondNorm.Should().BeApproximately(norms[m], 1e-12);
            var pair = seen.Distillation[0][m]!.Value;

            // Float32 gradients are scaled before their products there, and after here.
            MinNorm.WeightOnFirst(pair.FirstSquared / 16, pair.Dot / 4, pair.SecondSquared)
                .Should().BeApproximately(alphas[m], 1e-5);
        }
    }

    [Fact]
    public void A_modality_that_no_sample_has_is_not_measured()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        using var monitor = new BalanceMonitor();
        var whole = Toy.Batch(size: 2);
        var batch = new MultimodalBatch(
            whole.Inputs, whole.Targets, new PresenceMask(new[,] { { true, false }, { true, false } }));

        new Trainer(model, Toy.Task, new JointTraining(), Options(1, 2, monitor)).Fit(BatchSource.From([batch]));

        var seen = monitor.Read();
        seen.Conflicts[0].Select(pair => pair is null).Should().Equal(false, true);
        seen.Distillation[0].Select(pair => pair is null).Should().Equal(false, true);
    }

    [Fact]
    public void Without_heads_there_is_nothing_to_compare()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(2, "concat", heads: false);
        using var monitor = new BalanceMonitor();

        Fit(model, new JointTraining(), Toy.Data(), epochs: 1, monitor);

        monitor.Read().Conflicts[0].Should().HaveCount(2).And.OnlyContain(pair => pair == null);
    }

    [Fact]
    public void A_monitor_leaks_nothing_and_cannot_be_read_before_a_step()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var data = Toy.Data();
        Fit(model, new JointTraining(), data, epochs: 1);
        long before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        using (var monitor = new BalanceMonitor())
        {
            monitor.Invoking(m => m.Read()).Should().Throw<InvalidOperationException>().WithMessage("*training with teachers*");
            Fit(model, new JointTraining(), data, epochs: 1, monitor);
            monitor.Read();
        }

        TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
    }

    private static Dictionary<string, string> Trained(string name, params TrainingCallback[] callbacks)
    {
        using var model = Toy.Model(fusion: StrategyTable.Fusion(name), dropout: true);
        var strategy = StrategyTable.Make(name, 2);
        new Trainer(model, Toy.Task, strategy, Options(2, 2, callbacks) with
        {
            Optimizer = made => StrategyTable.Optimizer(strategy, made, 0.02, momentum: 0.9),
        }).Fit(Toy.Data().Shuffled(32, 3), Toy.Data(seed: 8).InOrder(32));
        (strategy as IDisposable)?.Dispose();
        return Toy.State(model);
    }

    private static TrainerOptions Options(int epochs, int modalities, params TrainingCallback[] callbacks) =>
        Toy.Options(epochs) with { Teachers = new ToyTeachers(modalities), Callbacks = callbacks, Seed = 5 };

    private static void Fit(
        MultimodalModel model,
        IGradientStrategy strategy,
        MultimodalDataset data,
        int epochs,
        params TrainingCallback[] callbacks) =>
        new Trainer(model, Toy.Task, strategy, Options(epochs, model.Modalities.Count, callbacks)).Fit(data.Shuffled(16, 3));
}
