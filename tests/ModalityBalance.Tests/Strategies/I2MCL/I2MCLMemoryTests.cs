using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using static ModalityBalance.Tests.Support.ToyStep;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

/// <summary>What I2MCL remembers, and of which steps.</summary>
public class I2MCLMemoryTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_step_with_a_loss_that_is_not_finite_is_not_remembered(int modality)
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var strategy = new I2MCL();
        Run(strategy, model, Batch());
        var before = strategy.GetState();
        var broken = Batch(size: 6);
        broken.Inputs[modality].Tensors[0][2] = double.PositiveInfinity;

        Run(strategy, model, broken);

        strategy.GetState().Should().BeEquivalentTo(before).And.HaveCount(5);
    }

    [Fact]
    public void A_step_that_fails_half_way_is_not_remembered()
    {
        using var scope = NewDisposeScope();
        var failing = new FailingEncoder();
        using var model = new MultimodalModel(
            [new ModalityEncoder("a", nn.Linear(Toy.Inputs, Toy.Width)), new ModalityEncoder("b", failing)],
            Toy.Fusion("late", [Toy.Width, Toy.Width]));
        using var strategy = new I2MCL();
        Step(samples: 8);
        var before = strategy.GetState();
        failing.RunsLeft = 2; // the micro-batches' values; their gradients need a second run

        FluentActions.Invoking(() => Step(samples: 6)).Should().Throw<NotSupportedException>();

        strategy.GetState().Should().BeEquivalentTo(before).And.Contain("steps", 1);

        void Step(int samples)
        {
            var batch = Toy.Batch(size: samples);
            strategy.ComputeGradients(
                new TrainingStep(model, Toy.Task, batch, teachers: Taught(batch), microBatch: 4));
        }
    }

    [Fact]
    public void An_absent_modality_has_no_distillation_loss_and_keeps_its_threshold()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var strategy = new I2MCL();
        var first = (I2MCLReport)Run(strategy, model, Batch());

        var second = (I2MCLReport)Run(strategy, model, WithFirstIn(Batch(), 0));

        second.DistillationLosses[0].Should().Be(double.NaN);
        second.DistillationLosses[1].Should().BePositive();
        second.Thresholds[1].Should().Be(first.Thresholds[1]);
        strategy.GetState().Should().Contain("steps", 2).And.Contain("threshold_1", first.Thresholds[1]);
    }

    private sealed class FailingEncoder : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _layer = nn.Linear(Toy.Inputs + 1, Toy.Width);

        public FailingEncoder()
            : base(nameof(FailingEncoder)) => RegisterComponents();

        public int RunsLeft { get; set; } = 100;

        public override Tensor forward(Tensor input) =>
            RunsLeft-- > 0 ? _layer.call(input) : throw new NotSupportedException("No more.");
    }
}
