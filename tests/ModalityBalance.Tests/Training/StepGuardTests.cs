using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Training;

/// <summary>What the trainer demands of a strategy of the user's own.</summary>
public class StepGuardTests
{
    public static TheoryData<NonFinitePolicy> Policies => new(NonFinitePolicy.Stop, NonFinitePolicy.Ignore);

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_strategy_must_return_a_report(NonFinitePolicy policy) =>
        Fit(policy, _ => null!).Should().Throw<InvalidOperationException>()
            .WithMessage("Step 0 (epoch 0): strategy Own must return a report, but returned null.");

    [Theory]
    [MemberData(nameof(Policies))]
    public void It_must_leave_a_gradient_of_its_own(NonFinitePolicy policy) => Fit(policy, step =>
    {
        // The second step does not encode, which would clear the gradients of the first.
        if (step.Index == 0)
        {
            return new JointTraining().ComputeGradients(step);
        }

        return new StepReport(zeros([]), null);
    }).Should().Throw<InvalidOperationException>()
        .WithMessage("Step 1 (epoch 0): strategy Own must leave a gradient on at least one parameter, but left none.");

    [Theory]
    [MemberData(nameof(Policies))]
    public void It_must_not_differentiate_to_the_cut_alone(NonFinitePolicy policy) => Fit(policy, step =>
    {
        step.Encode();
        var loss = step.TaskLosses().mean();
        loss.backward();
        return new StepReport(loss, loss);
    }).Should().Throw<InvalidOperationException>().WithMessage("*stopped at the representations: use step.Backward or*");

    [Fact]
    public void It_may_train_fusion_and_heads_alone_or_take_the_gradients_at_the_cut_itself()
    {
        Fit(NonFinitePolicy.Stop, step =>
        {
            step.Encode();
            var loss = step.TaskLosses().mean();
            step.BackwardTop(loss);
            return new StepReport(loss, loss);
        }).Should().NotThrow();
        Fit(NonFinitePolicy.Stop, step =>
        {
            step.Encode();
            var loss = step.TaskLosses().mean();
            loss.backward();
            step.BackwardEncoder(1, step.Representations[1].grad);
            return new StepReport(loss, loss);
        }).Should().NotThrow();
    }

    private static Action Fit(NonFinitePolicy policy, Func<TrainingStep, StepReport> rule) => () =>
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        new Trainer(model, Toy.Task, new Own(rule), Toy.Options(1) with { OnNonFinite = policy }).Fit(Toy.Data().InOrder(48));
    };

    private sealed class Own(Func<TrainingStep, StepReport> rule) : GradientStrategy
    {
        public override string Name => "Own";

        public override StepReport ComputeGradients(TrainingStep step) => rule(step);
    }
}
