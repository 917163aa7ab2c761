using ModalityBalance.Strategies;
using static ModalityBalance.Tests.Support.ToyStep;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

/// <summary>State and models that do not fit.</summary>
public class I2MCLMisuseTests
{
    [Theory]
    [InlineData("threshold_x")]
    [InlineData("threshold_-3")]
    [InlineData("threshold_")]
    [InlineData("threshold_01")]
    public void State_that_is_refused_changes_nothing(string key)
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var strategy = new I2MCL();
        Run(strategy, model, Batch());
        var before = strategy.GetState();

        strategy.Invoking(s => s.SetState(new Dictionary<string, double> { ["ties"] = 1, ["steps"] = 2, [key] = 1 }))
            .Should().Throw<ArgumentException>().WithMessage($"*but holds '{key}'*").WithParameterName("state");

        strategy.GetState().Should().BeEquivalentTo(before);
    }

    [Fact]
    public void Another_number_of_modalities_is_refused()
    {
        using var scope = NewDisposeScope();
        using var two = Model(2);
        using var three = Model(3);
        using var used = new I2MCL();
        using var restored = new I2MCL();
        Run(used, two, Batch(2));
        restored.SetState(new Dictionary<string, double> { ["threshold_9"] = 1 });

        FluentActions.Invoking(() => Run(used, three, Batch(3))).Should().Throw<InvalidOperationException>()
            .WithMessage("*one instance per model*2 modalities*has 3*");
        FluentActions.Invoking(() => Run(restored, two, Batch(2))).Should().Throw<InvalidOperationException>()
            .WithMessage("*one instance per model*9 modalities*has 2*");
    }

    [Fact]
    public void Disposing_forgets_everything()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var strategy = new I2MCL();
        Run(strategy, model, Batch());

        strategy.Dispose();

        strategy.GetState().Should().BeEmpty();
    }

    [Fact]
    public void A_task_modality_that_the_model_lacks_is_refused_in_the_step_too()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var strategy = new I2MCL(new I2MCLOptions { Schedule = I2MCLSchedule.Fixed, TaskModality = 2 });

        FluentActions.Invoking(() => Run(strategy, model, Batch())).Should().Throw<ArgumentException>()
            .WithMessage("I2MCL's TaskModality must lie in [0, 1], but is 2*");
    }
}
