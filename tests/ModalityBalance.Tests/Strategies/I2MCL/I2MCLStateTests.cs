using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static ModalityBalance.Tests.Support.ToyStep;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

/// <summary>What I2MCL remembers, and of which steps.</summary>
public class I2MCLStateTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_guarded_step_with_a_loss_that_is_not_finite_is_not_remembered(int modality)
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var strategy = new I2MCL();
        using var guard = new StepGuard(model);
        Step(Batch());
        var before = Numbers(strategy);
        var broken = Batch(size: 6);
        broken.Inputs[modality].Tensors[0][2] = double.PositiveInfinity;

        FluentActions.Invoking(() => Step(broken)).Should().Throw<NonFiniteException>();

        Numbers(strategy).Should().BeEquivalentTo(before).And.HaveCount(2);

        void Step(MultimodalBatch batch) =>
            guard.ComputeGradients(strategy, new TrainingStep(model, Toy.Task, batch, teachers: Taught(batch)));
    }

    [Fact]
    public void A_guarded_step_that_fails_half_way_is_not_remembered()
    {
        using var scope = NewDisposeScope();
        var failing = new FailingEncoder();
        using var model = new MultimodalModel(
            [new ModalityEncoder("a", nn.Linear(Toy.Inputs, Toy.Width)), new ModalityEncoder("b", failing)],
            Toy.Fusion("late", [Toy.Width, Toy.Width]));
        using var strategy = new I2MCL();
        using var guard = new StepGuard(model);
        Step(samples: 8);
        var before = Numbers(strategy);
        failing.RunsLeft = 2; // the values of the micro-batches; their gradients need a second run

        FluentActions.Invoking(() => Step(samples: 6)).Should().Throw<NotSupportedException>();

        Numbers(strategy).Should().BeEquivalentTo(before);
        before["ties"][1].Should().Be(1);

        void Step(int samples)
        {
            var batch = Toy.Batch(size: samples);
            guard.ComputeGradients(
                strategy, new TrainingStep(model, Toy.Task, batch, teachers: Taught(batch), microBatch: 4));
        }
    }

    [Fact]
    public void An_absent_modality_has_no_distillation_loss_and_keeps_its_threshold()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var strategy = new I2MCL();
        var first = Run(strategy, model, Batch());

        var second = Run(strategy, model, WithFirstIn(Batch(), 0));

        second["distillation_loss"][0].Should().Be(double.NaN);
        second["distillation_loss"][1].Should().BePositive();
        second["threshold"][1].Should().Be(first["threshold"][1]);
        second.Loss.Should().BePositive("the loss leaves an absent modality out");
        Numbers(strategy)["thresholds"][1].Should().Be(first["threshold"][1]);
    }

    [Fact]
    public void Another_number_of_modalities_is_rejected()
    {
        using var scope = NewDisposeScope();
        using var two = Model(2);
        using var three = Model(3);
        using var used = new I2MCL();
        Run(used, two, Batch(2));

        FluentActions.Invoking(() => Run(used, three, Batch(3))).Should().Throw<InvalidOperationException>()
            .WithMessage("*one instance per model*2 modalities*has 3*");
    }

    [Fact]
    public void A_restored_state_of_another_number_of_modalities_is_rejected()
    {
        using var scope = NewDisposeScope();
        using var two = Model(2);
        using var restored = new I2MCL();
        restored.State.Restore(new Dictionary<string, Tensor> { ["thresholds"] = zeros(10) });

        FluentActions.Invoking(() => Run(restored, two, Batch(2))).Should().Throw<InvalidOperationException>()
            .WithMessage("*'thresholds' must have shape [3]*[10]*");
    }

    [Fact]
    public void Disposing_forgets_everything()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var strategy = new I2MCL();
        Run(strategy, model, Batch());

        strategy.Dispose();

        strategy.State.Names.Should().BeEmpty();
    }

    [Fact]
    public void A_task_modality_that_the_model_lacks_is_rejected_in_the_step_too()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var strategy = new I2MCL(new I2MCLOptions { Schedule = I2MCLSchedule.Fixed, TaskModality = 2 });

        FluentActions.Invoking(() => Run(strategy, model, Batch())).Should().Throw<ArgumentException>()
            .WithMessage("I2MCL's TaskModality must lie in [0, 1], but is 2*");
    }

    private static Dictionary<string, double[]> Numbers(I2MCL strategy) => strategy.State.Capture()
        .ToDictionary(entry => entry.Key, entry => entry.Value.to(ScalarType.Float64).data<double>().ToArray());

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
