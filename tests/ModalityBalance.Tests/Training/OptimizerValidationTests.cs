using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace ModalityBalance.Tests.Training;

/// <summary>The optimizer and the scheduler must be of the model that is trained.</summary>
public class OptimizerValidationTests
{
    [Fact]
    public void An_optimizer_of_another_model_is_refused()
    {
        using var scope = NewDisposeScope();
        using var other = Toy.Model(seed: 2);

        Refusal(_ => SGD(other.parameters(), 0.1))
            .Should().Throw<ArgumentException>().WithMessage("Optimizer must*12 of the optimizer's 12 parameters*Create the optimizer from the model*");
        Refusal(model => SGD(model.EncoderParameters(0).Concat(other.Encoder(1).parameters()), 0.1))
            .Should().Throw<ArgumentException>().WithMessage("*but 4 of the optimizer's 8*");
    }

    [Fact]
    public void An_optimizer_that_is_null_empty_or_holds_a_parameter_twice_is_refused()
    {
        using var scope = NewDisposeScope();

        Refusal(_ => null!).Should().Throw<ArgumentException>().WithMessage("The Optimizer factory must return an optimizer, but returned null.");
        Refusal(_ => SGD(Array.Empty<Parameter>(), 0.1))
            .Should().Throw<ArgumentException>().WithMessage("Optimizer must*at least one*the optimizer's 0 *");
        Refusal(model => SGD(
                [new SGD.ParamGroup(model.Root.parameters()), new SGD.ParamGroup(model.EncoderParameters(1))], 0.1))
            .Should().Throw<ArgumentException>().WithMessage("Optimizer must hold each parameter once, but holds 'encoder_m1.*' again*");
    }

    [Fact]
    public void Trainable_parameters_that_it_leaves_out_are_named_in_the_warnings()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();

        Fit(model, network => SGD(network.EncoderParameters(0), 0.1)).Warnings.Should().ContainSingle()
            .Which.Should().Match("The optimizer leaves out 8 trainable parameters*encoder_m1.*and 3 more*requires_grad*");
        foreach (var parameter in model.Encoder(1).parameters().Concat(model.SharedParameters()))
        {
            parameter.requires_grad = false;
        }

        Fit(model, network => SGD(network.EncoderParameters(0), 0.1)).Warnings.Should().BeEmpty();
    }

    [Fact]
    public void A_scheduler_of_another_optimizer_is_refused_when_it_shows()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        using var other = SGD(model.parameters(), 0.02);
        using var groups = SGD([new SGD.ParamGroup(model.Encoder(0).parameters()), new SGD.ParamGroup(model.SharedParameters())], 0.1);
        Action With(Func<Optimizer, lr_scheduler.LRScheduler> scheduler) => () => Fit(
            model, network => SGD(network.Root.parameters(), 0.02), Toy.Options() with { Scheduler = scheduler });

        With(_ => null!).Should().Throw<ArgumentException>().WithMessage("Scheduler must*but it is null*");
        With(_ => lr_scheduler.StepLR(groups, 1)).Should().Throw<ArgumentException>().WithMessage("*it has 2 rates and the optimizer 1*");
        With(_ => lr_scheduler.StepLR(other, 2, 0.5)).Should().Throw<ArgumentException>()
            .WithMessage("Scheduler must*its rates became 0.01, those of the optimizer are 0.02*");
    }

    private static Action Refusal(Func<IMultimodalModel, Optimizer> optimizer) => () =>
    {
        using var model = Toy.Model();
        Fit(model, optimizer);
    };

    private static TrainingResult Fit(
        MultimodalModel model, Func<IMultimodalModel, Optimizer> optimizer, TrainerOptions? options = null) =>
        new Trainer(model, Toy.Task, new JointTraining(), (options ?? Toy.Options(1)) with { Optimizer = optimizer })
            .Fit(Toy.Data().InOrder(32));
}
