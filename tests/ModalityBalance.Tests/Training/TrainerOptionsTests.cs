using System.Globalization;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Training;

public class TrainerOptionsTests
{
    [Fact]
    public void All_that_is_wrong_is_in_one_message_in_any_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };
            FluentActions.Invoking(() => new EarlyStopping(1, -1.5)).Should().Throw<ArgumentException>().WithMessage("*is -1.5*");
            Trainer(new TrainerOptions
            {
                Epochs = 0,
                Optimizer = null!,
                SchedulerInterval = (SchedulerInterval)7,
                WarmUpSteps = -1,
                MaxGradientNorm = -1.5,
                BatchesPerStep = 0,
                Device = null!,
                OnNonFinite = (NonFinitePolicy)7,
                ResumeFrom = "",
                Callbacks = [null!],
            }).Should().Throw<ArgumentException>().Which.Message.Split(Environment.NewLine).Should().Equal(
                "Epochs must be at least 1, but is 0.",
                "Optimizer must be given, but is null.",
                "SchedulerInterval must be a named value, but is 7.",
                "WarmUpSteps must be at least 0, but is -1.",
                "MaxGradientNorm must be finite and above 0, but is -1.5.",
                "BatchesPerStep must be at least 1, but is 0.",
                "Device must be given, but is null.",
                "OnNonFinite must be a named value, but is 7.",
                "ResumeFrom must be a path or null, but is ''.",
                "Callbacks must hold callbacks, but holds null.",
                "Uniform needs a prediction from each modality alone, but the model has no unimodal heads: use late fusion or "
                    + "give the model heads.");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_bound_that_is_infinite_and_callbacks_that_are_null_are_refused()
    {
        Trainer(Toy.Options() with { MaxGradientNorm = double.PositiveInfinity }).Should().Throw<ArgumentException>()
            .WithMessage("MaxGradientNorm*");
        Trainer(Toy.Options() with { Callbacks = null! }).Should().Throw<ArgumentException>().WithMessage("Callbacks*is null*");
    }

    [Fact]
    public void A_whole_epoch_can_be_one_step()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var steps = new List<int?>();
        var options = Toy.Options(1) with
        {
            BatchesPerStep = int.MaxValue,
            Callbacks = [new Hooks { FitStart = run => steps.Add(run.StepsPerEpoch), Step = (_, _) => steps.Add(null) }],
        };

        new Trainer(model, Toy.Task, new JointTraining(), options).Fit(Toy.Data().InOrder(16));

        steps.Should().Equal(1, null);
    }

    private static Action Trainer(TrainerOptions options) => () =>
    {
        using var model = Toy.Model(fusion: "concat", heads: false);
        _ = new Trainer(model, Toy.Task, new UniformBaseline(), options);
    };
}
