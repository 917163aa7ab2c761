using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Contract;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Training;

public class TrainerOptionsEffectTests
{
    public static TheoryData<string> Names => new(StrategyTable.Names);

    /// <summary>In double: the sums of parts differ from the whole in rounding alone.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Four_batches_of_a_step_equal_one_four_times_as_large(string strategy)
    {
        using var scope = NewDisposeScope();
        var options = Toy.Options(epochs: 4) with { Seed = 1 };
        var whole = Train(strategy, Source(64), options);
        var parts = Train(strategy, Source(16), options with { BatchesPerStep = 4 });

        parts.Zip(whole).Should().OnlyContain(pair => Distance(pair.First, pair.Second) < 1e-12);
    }

    [Fact]
    public void Accumulation_works_with_missing_modalities_and_a_last_group_that_is_smaller()
    {
        using var scope = NewDisposeScope();
        var present = new bool[70, 2];
        for (int i = 0; i < 70; i++)
        {
            (present[i, 0], present[i, 1]) = (i % 3 != 0, i % 5 != 1);
        }

        var data = Toy.Data(samples: 70, dtype: ScalarType.Float64).Select(Enumerable.Range(0, 70).Select(i => (long)i).ToArray());
        var masked = new MultimodalDataset(data.Inputs, data.Targets, Toy.Task, new PresenceMask(present));
        foreach (string strategy in new[] { "mmpareto", "i2mcl exact", "g2d prioritized" })
        {
            var whole = Train(strategy, masked.InOrder(32));
            var parts = Train(strategy, masked.InOrder(8), Toy.Options() with { BatchesPerStep = 4 });

            parts.Zip(whole).Should().OnlyContain(pair => Distance(pair.First, pair.Second) < 1e-12);
        }
    }

    [Fact]
    public void Micro_batches_draw_the_same_dropout_when_they_are_run_again()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(dropout: true);
        model.to(ScalarType.Float64);
        var batch = Toy.Batch(size: 12, dtype: ScalarType.Float64);
        random.manual_seed(4);
        var step = new TrainingStep(model, Toy.Task, batch, microBatch: 4);
        step.Encode();
        var cotangent = ones_like(step.Representations[0]);

        var twice = step.EncoderGradients(0, [cotangent, cotangent]);
        var later = step.EncoderGradients(0, [cotangent]);

        // The last layer's bias sees the dropout mask alone: the count of kept units over 0.7.
        double bias = twice[0][^1].sum().item<double>();
        bias.Should().BeApproximately(step.Representations[0].eq(0).logical_not().sum().item<long>() / 0.7, 1e-9);
        twice[1][^1].sum().item<double>().Should().Be(bias);
        later[0][^1].sum().item<double>().Should().Be(bias);
    }

    [Fact]
    public void Micro_batches_count_their_second_run_and_leave_buffers_as_the_first_left_them()
    {
        using var scope = NewDisposeScope();
        using var model = new MultimodalModel(
            [new ModalityEncoder("a", new SmallCnn()), new ModalityEncoder("b", new SmallCnn())], new LateFusion([64, 64], 3));
        var batch = new MultimodalBatch([rand(8, 1, 16, 16), rand(8, 1, 16, 16)], arange(8, dtype: ScalarType.Int64).remainder(3));
        var step = new TrainingStep(model, Toy.Task, batch, microBatch: 4);
        step.Encode();
        var after = Buffers(model);

        step.Backward(step.TaskLosses().mean());

        Buffers(model).Should().Equal(after);
        step.Passes.Should().Be(new EncoderPasses(4, 2), "each encoder runs once for its values and once to learn");
    }

    [Fact]
    public void The_gradient_is_scaled_down_to_its_bound_as_a_whole()
    {
        using var scope = NewDisposeScope();
        Parameter first = nn.Parameter(zeros(2)), second = nn.Parameter(zeros(1)), none = nn.Parameter(zeros(1));
        first.grad = tensor(new float[] { 3, 0 });
        second.grad = tensor(new float[] { 4 });

        GradientClipping.ByNorm([first, second, none], 10).item<double>().Should().Be(5);
        first.grad!.data<float>().ToArray().Should().Equal(3, 0);

        GradientClipping.ByNorm([first, second, none], 1).item<double>().Should().Be(5);
        first.grad!.data<float>().ToArray().Should().Equal(0.6f, 0);
        second.grad!.data<float>().ToArray().Should().Equal(0.8f);
        GradientClipping.ByNorm([none], 1).item<double>().Should().Be(0);
        FluentActions.Invoking(() => GradientClipping.ByNorm([first], 0)).Should().Throw<ArgumentException>()
            .WithMessage("*maxNorm must be finite and above 0, but is 0*");
    }

    [Fact]
    public void No_step_is_longer_than_the_bound_allows()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        Dictionary<string, Tensor> before = [];
        var lengths = new List<double>();
        var options = Plain(rate: 0.5) with
        {
            MaxGradientNorm = 0.01,
            Callbacks = [new Hooks { Step = (_, _) => lengths.Add(Moved(model, ref before)) }],
        };
        Moved(model, ref before);

        new Trainer(model, Toy.Task, new MMPareto(), options).Fit(Toy.Data().InOrder(16));

        // Rounding of float32 weights of about 1: 60 of them, half an ulp each.
        lengths.Should().OnlyContain(length => Math.Abs(length - 0.005) < 1e-5, "these gradients are all longer");
    }

    [Fact]
    public void Rates_rise_over_the_warm_up_on_top_of_the_scheduler()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var rates = new List<double>();
        TrainingRun? run = null;
        var options = Plain(rate: 0.4) with
        {
            Epochs = 2,
            WarmUpSteps = 4,
            Scheduler = optimizer => optim.lr_scheduler.StepLR(optimizer, 1, 0.5),
            Callbacks =
            [
                new Hooks { FitStart = started => Note(run = started), Step = (_, _) => Note(run!) },
            ],
        };

        new Trainer(model, Toy.Task, new JointTraining(), options).Fit(Toy.Data(samples: 96).InOrder(32));

        rates.Select(rate => Math.Round(rate, 12)).Should().Equal(0.1, 0.2, 0.3, 0.4, 0.2, 0.2, 0.2);

        // After the first epoch's last step the scheduler has not moved yet.
        void Note(TrainingRun at) => rates.Add(at.LearningRates.Single());
    }

    [Fact]
    public void A_scheduler_can_step_with_every_step()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var rates = new List<double>();
        TrainingRun? run = null;
        var options = Plain(rate: 0.4) with
        {
            SchedulerInterval = SchedulerInterval.Step,
            Scheduler = optimizer => optim.lr_scheduler.StepLR(optimizer, 2, 0.5),
            Callbacks = [new Hooks { FitStart = started => run = started, Step = (_, _) => rates.Add(run!.LearningRates[0]) }],
        };

        new Trainer(model, Toy.Task, new JointTraining(), options).Fit(Toy.Data(samples: 96).InOrder(24));

        rates.Should().Equal(0.4, 0.2, 0.2, 0.1);
    }

    [Fact]
    public void Encoders_can_have_rates_of_their_own()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var before = Toy.State(model);
        var options = Plain(0) with
        {
            Optimizer = network => optim.SGD(
                [
                    new SGD.ParamGroup(network.EncoderParameters(0), lr: 0.0),
                    new SGD.ParamGroup(network.EncoderParameters(1), lr: 0.1),
                    new SGD.ParamGroup(network.SharedParameters(), lr: 0.01),
                ],
                0.01),
        };

        new Trainer(model, Toy.Task, new JointTraining(), options).Fit(Toy.Data().InOrder(16));

        Toy.State(model).Where(entry => entry.Value == before[entry.Key]).Select(entry => entry.Key)
            .Should().NotBeEmpty().And.OnlyContain(name => name.StartsWith("encoder_m0.", StringComparison.Ordinal));
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        using var model = Toy.Model();
        Action With(TrainerOptions options) => () => _ = new Trainer(model, Toy.Task, new JointTraining(), options);

        With(Plain(1) with { WarmUpSteps = -1 }).Should().Throw<ArgumentException>().WithMessage("*WarmUpSteps*");
        With(Plain(1) with { BatchesPerStep = 0 }).Should().Throw<ArgumentException>().WithMessage("*BatchesPerStep*");
        With(Plain(1) with { MaxGradientNorm = double.NaN }).Should().Throw<ArgumentException>().WithMessage("*above 0, but is NaN*");
    }

    private static TrainerOptions Plain(double rate) => new()
    {
        Epochs = 1,
        Optimizer = model => optim.SGD(model.Root.parameters(), rate),
    };

    private static IBatchSource Source(int batch) =>
        Toy.Data(samples: 128, dtype: ScalarType.Float64).InOrder(batch);

    private static double[][] Train(string strategy, IBatchSource data, TrainerOptions? options = null)
    {
        using var model = Toy.Model(fusion: StrategyTable.Fusion(strategy));
        model.to(ScalarType.Float64);
        var rule = StrategyTable.Make(strategy, 2);
        using var remembered = rule as IDisposable;
        options ??= Toy.Options();
        if (rule.Requirements.HasFlag(StrategyRequirements.ParameterGroups))
        {
            options = options with { Optimizer = made => StrategyTable.Optimizer(rule, made, 0.02, momentum: 0.9) };
        }

        var trainer = new Trainer(model, Toy.Task, rule, options with { Teachers = new ToyTeachers(2) });
        trainer.Fit(data, rule.Requirements.HasFlag(StrategyRequirements.Validation) ? data : null);
        return model.parameters().Select(parameter => parameter.data<double>().ToArray()).ToArray();
    }

    private static double Distance(double[] left, double[] right) =>
        left.Zip(right).Max(pair => Math.Abs(pair.First - pair.Second));

    private static string[] Buffers(MultimodalModel model) =>
        model.buffers().Select(buffer => Convert.ToHexString(buffer.bytes)).ToArray();

    private static double Moved(MultimodalModel model, ref Dictionary<string, Tensor> before)
    {
        var now = model.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone().DetachFromDisposeScope());
        double square = 0;
        foreach (var (name, value) in before)
        {
            square += (now[name] - value).square().sum().item<float>();
        }

        before = now;
        return Math.Sqrt(square);
    }
}
