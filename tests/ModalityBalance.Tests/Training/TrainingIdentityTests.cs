using System.Globalization;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Contract;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace ModalityBalance.Tests.Training;

/// <summary>A run is not resumed by another optimizer, strategy or schedule of the same kind.</summary>
public sealed class TrainingIdentityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => System.IO.Path.Combine(_folder.Path, "run.checkpoint");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Groups_in_another_order_are_refused()
    {
        static Optimizer Groups(IMultimodalModel model, int first) => SGD(
            [
                new SGD.ParamGroup(model.EncoderParameters(first), momentum: 0.9),
                new SGD.ParamGroup(model.EncoderParameters(1 - first), momentum: 0.9),
                new SGD.ParamGroup(model.SharedParameters(), momentum: 0.9),
            ],
            0.02);

        Save(Toy.Options(1) with { Optimizer = model => Groups(model, 0) });

        Refused(Toy.Options(2) with { Optimizer = model => Groups(model, 1) }).WithMessage(
            "*optimizer's 'encoder_m0.*' is in place 0 of group 1, but in the checkpoint it is in place 0 of group 0*");
    }

    [Fact]
    public void Parameters_in_another_order_are_refused()
    {
        Save(Toy.Options(1) with { Optimizer = model => AdamW(model.Root.parameters()) });

        Refused(Toy.Options(2) with { Optimizer = model => AdamW(model.Root.parameters().Reverse()) })
            .WithMessage("*optimizer's 'fusion.head_1.bias' is in place 0 of group 0, but*in place 11*And 5 more of the optimizer's*");
    }

    [Fact]
    public void Another_variant_of_the_strategy_is_refused()
    {
        Save(Toy.Options(1), new I2MCL());

        Refused(Toy.Options(2), new I2MCL(I2MCLOptions.InterModal))
            .WithMessage("*strategy is I2MCL {*\"WeighSamples\":false*in the checkpoint it is I2MCL {*\"WeighSamples\":true*");
        Resume(Toy.Options(2), new I2MCL());
    }

    [Fact]
    public void Another_schedule_is_refused_but_not_another_rate_without_one()
    {
        static TrainerOptions Steps(int size) => Toy.Options(3) with { Scheduler = made => lr_scheduler.StepLR(made, size, 0.5) };

        Save(Steps(2), epochs: 3);

        Refused(Steps(1)).WithMessage("*its scheduler had brought the learning rates to 0.01, but*to 0.0025*");
        Refused(Steps(2) with { WarmUpSteps = 3 }).WithMessage("*0 warm-up steps*").WithMessage("*3 warm-up steps*");
        Refused(Steps(2) with { MaxGradientNorm = 1.5 }).WithMessage("*bound on the gradient is 1.5, but*it is none*");
        Resume(Steps(2) with { Epochs = 4 });
        Save(Toy.Options(1));
        Resume(Toy.Options(2) with { Optimizer = model => SGD(model.Root.parameters(), 0.5, momentum: 0.9) });
    }

    [Fact]
    public void The_differences_of_large_models_are_cut_short()
    {
        Save(Toy.Options(1));
        using var model = Toy.Model(modalities: 4);

        FluentActions.Invoking(() => Checkpoint.LoadModel(Path, model)).Should().Throw<InvalidDataException>()
            .Which.Message.Split('\n').Should().HaveCountLessThan(10).And.Contain(line => line.Contains("more of the model's"));
    }

    [Fact]
    public void Every_variant_has_a_description_of_its_own_in_any_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };
            StrategyTable.Names.Select(name => StrategyTable.Make(name, 2).Description).Should().OnlyHaveUniqueItems();
            new G2D(new G2DOptions { PhaseEpochs = [1, 2], Temperature = 1.5 }).Description.Should()
                .Contain("[1,2]").And.Contain("1.5");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private void Save(TrainerOptions options, IGradientStrategy? strategy = null, int epochs = 1)
    {
        TrainingRun? run = null;
        var save = new Hooks { FitStart = started => run = started, EpochEnd = _ => run!.Save(Path) };
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        Fit(model, options with { Epochs = epochs, Callbacks = [save] }, strategy);
    }

    private void Resume(TrainerOptions options, IGradientStrategy? strategy = null)
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        Fit(model, options with { ResumeFrom = Path }, strategy).Epochs.Should().HaveCount(options.Epochs);
    }

    private FluentAssertions.Specialized.ExceptionAssertions<InvalidDataException> Refused(
        TrainerOptions options, IGradientStrategy? strategy = null)
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(seed: 9);
        var before = Toy.State(model);
        var refused = FluentActions.Invoking(() => Fit(model, options with { ResumeFrom = Path }, strategy))
            .Should().Throw<InvalidDataException>();
        Toy.State(model).Should().BeEquivalentTo(before, "nothing is changed");
        return refused;
    }

    private static TrainingResult Fit(MultimodalModel model, TrainerOptions options, IGradientStrategy? strategy)
    {
        var rule = strategy ?? new JointTraining();
        using var remembered = rule as IDisposable;
        return new Trainer(model, Toy.Task, rule, options with { Teachers = new ToyTeachers(2) })
            .Fit(Toy.Data().Shuffled(16, 3));
    }
}
