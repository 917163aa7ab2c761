using System.Text.Json;
using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Tests.Golden;
using ModalityBalance.Tests.Support;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies.Baselines;

/// <summary>PCGrad, GradNorm and MetaBalance, for the two losses of an encoder and for K losses that share one.</summary>
public class SeveralLossesTests
{
    private static readonly JsonElement Surgery = BaselineFile.Read("pcgrad.json");
    private static readonly JsonElement Norms = BaselineFile.Read("gradnorm.json");
    private static readonly JsonElement Balance = BaselineFile.Read("metabalance.json");
    private static readonly JsonElement Steps = BaselineFile.Read("baselines_step.json");

    public static TheoryData<int> Surgeries => Surgery.Cases("cases");

    public static TheoryData<int> NormTraces => Norms.Cases("traces");

    public static TheoryData<int> BalanceTraces => Balance.Cases("traces");

    public static TheoryData<int, string> Encoders
    {
        get
        {
            var data = new TheoryData<int, string>();
            for (int i = 0; i < Steps.GetProperty("cases").GetArrayLength(); i++)
            {
                foreach (string name in new[] { "pcgrad", "gradnorm", "metabalance_per_tensor", "metabalance_per_encoder" })
                {
                    data.Add(i, name);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Surgeries))]
    public void PCGrad_projects_as_its_algorithm_says(int index)
    {
        using var scope = NewDisposeScope();
        var golden = Surgery.At("cases", index);
        var gradients = golden.Tensor("gradients");
        double[] products = gradients.matmul(gradients.t()).flatten().data<double>().ToArray();
        int count = (int)gradients.shape[0];
        var gram = new double[count, count];
        Buffer.BlockCopy(products, 0, gram, 0, sizeof(double) * products.Length);

        var coefficients = PCGrad.Coefficients(gram, i => golden.GetProperty("orders")[i].EnumerateArray().Select(j => j.GetInt32()));

        coefficients.ShouldBe(golden.GetProperty("coefficients"));
        tensor(coefficients).matmul(gradients).data<double>().ToArray().ShouldBe(golden.GetProperty("sum"));
        if (count == 2)
        {
            var (first, second) = PCGrad.Coefficients(tensor(gram[0, 0]), tensor(gram[0, 1]), tensor(gram[1, 1]));
            new[] { first.item<double>(), second.item<double>() }.ShouldBe(golden.GetProperty("coefficients"));
        }
    }

    [Theory]
    [MemberData(nameof(NormTraces))]
    public void GradNorm_moves_its_weights_as_its_algorithm_says(int index)
    {
        using var scope = NewDisposeScope();
        using var state = new StateDict();
        var golden = Norms.At("traces", index);
        var options = new GradNormOptions { Alpha = golden.Number("alpha"), Rate = golden.Number("rate") };
        foreach (var step in golden.GetProperty("steps").EnumerateArray())
        {
            var (used, rates) = GradNormWeights.Move(state, "losses", step.Tensor("losses"), step.Tensor("norms"), options);

            used.data<double>().ToArray().ShouldBe(step.GetProperty("weights_used"));
            rates.data<double>().ToArray().ShouldBe(step.GetProperty("relative_inverse_rates"));
            state.GetOrAdd("losses_weights", () => zeros(0)).data<double>().ToArray().ShouldBe(step.GetProperty("weights_after"));
        }
    }

    [Theory]
    [MemberData(nameof(BalanceTraces))]
    public void MetaBalance_scales_as_its_algorithm_says(int index)
    {
        using var scope = NewDisposeScope();
        var golden = Balance.At("traces", index);
        using var method = MultiTaskMethod.MetaBalance(golden.GetProperty("main").GetInt32(), new MetaBalanceOptions
        {
            Beta = golden.Number("beta"),
            Relax = golden.Number("relax"),
            Rule = Enum.Parse<MetaBalanceRule>(golden.GetProperty("rule").GetString()!, ignoreCase: true),
        });
        foreach (var step in golden.GetProperty("steps").EnumerateArray())
        {
            var gradients = step.GetProperty("gradients").EnumerateArray().Select(objective =>
                objective.EnumerateArray().Select(BaselineFile.Tensor).ToArray()).ToArray();
            var shared = gradients[0].Select(gradient => new Parameter(zeros_like(gradient))).ToArray();

            MultiTaskGradients.Compute(
                [.. gradients.Select(objective => objective.Zip(shared, (g, p) => (g * p).sum()).Aggregate((a, b) => a + b))],
                shared, [], method);

            foreach (var (parameter, expected) in shared.Zip(step.GetProperty("combined").EnumerateArray()))
            {
                parameter.grad!.flatten().data<double>().ToArray().ShouldBe(expected);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Encoders))]
    public void Gradients_of_encoders_are_those_of_the_equations(int index, string name)
    {
        using var scope = NewDisposeScope();
        var golden = Steps.At("cases", index);
        var details = golden.GetProperty("quantities").GetProperty("details").GetProperty(name);
        using var model = new BaselineParameters(golden.GetProperty("parameters")).Network(golden.GetProperty("fusion").GetString()!);
        using var strategy = Strategy(name, details);
        Prepare(strategy, details);

        var report = strategy.ComputeGradients(
            new TrainingStep(model, new ClassificationTask(model.Fusion.Outputs), golden.Batch()));

        report.TaskLoss.ShouldBe(golden.GetProperty("quantities").Number("joint_loss"));
        new BaselineParameters(golden.GetProperty("gradients").GetProperty(name)).ShouldBeGradientsOf(model);
    }

    [Fact]
    public void Without_movement_all_are_the_plain_sum()
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model();
        double[] uniform = Gradients(new UniformBaseline());

        Same(new GradNorm(new GradNormOptions { Rate = 0 }));
        Same(new MetaBalance(new MetaBalanceOptions { Relax = 0 }));

        void Same(IGradientStrategy strategy) => Gradients(strategy).Zip(uniform)
            .Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-14);

        double[] Gradients(IGradientStrategy strategy)
        {
            ToyStep.Run(strategy, model, ToyStep.Batch());
            return ToyStep.Gradient(model.parameters());
        }
    }

    [Fact]
    public void Projected_gradients_agree_with_both_losses()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        for (int trial = 0; trial < 100; trial++)
        {
            var gradients = randn(2, 4, dtype: ScalarType.Float64);
            var gram = gradients.matmul(gradients.t());

            var (a, b) = PCGrad.Coefficients(gram[0, 0], gram[0, 1], gram[1, 1]);

            var sum = (a * gradients[0]) + (b * gradients[1]);
            gradients.matmul(sum).min().item<double>().Should().BeGreaterThan(-1e-12);
        }
    }

    [Fact]
    public void Moving_averages_and_weights_wait_while_an_encoder_has_nothing_to_learn()
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model();
        using var norm = new GradNorm();
        using var balance = new MetaBalance();

        foreach (var strategy in new GradientStrategy[] { norm, balance })
        {
            ToyStep.Run(strategy, model, ToyStep.Batch());
            string before = Values(strategy);
            var report = ToyStep.Run(strategy, model, ToyStep.WithFirstIn(ToyStep.Batch(), 0));

            Values(strategy).Should().Be(before);
            report[report.Names[2]][0].Should().Be(double.NaN);
        }

        static string Values(GradientStrategy strategy) => string.Join(' ', strategy.State.Names
            .Where(name => name.StartsWith("encoder_0", StringComparison.Ordinal))
            .SelectMany(name => strategy.State.GetOrAdd(name, () => zeros(0)).data<double>().ToArray()));
    }

    [Fact]
    public void K_losses_weigh_everything_else_under_GradNorm_alone()
    {
        using var scope = NewDisposeScope();
        using var method = MultiTaskMethod.GradNorm(new GradNormOptions { Rate = 0.1 });
        var (shared, head) = (new Parameter(tensor([1.0, 2.0])), new Parameter(tensor([3.0])));
        StepReport report = null!;
        for (int step = 0; step < 2; step++)
        {
            report = MultiTaskGradients.Compute([(shared * head).sum(), 5 * shared.sum() * head.square().sum()], [shared], [head], method);
        }

        double[] weights = [.. report["weights"]];
        weights.Sum().Should().BeApproximately(2, 1e-14);
        weights[0].Should().NotBe(1);
        head.grad!.item<double>().Should().BeApproximately((weights[0] * 3) + (weights[1] * 5 * 3 * 6), 1e-12);
        shared.grad!.data<double>()[0].Should().BeApproximately((weights[0] * 3) + (weights[1] * 5 * 9), 1e-12);
    }

    [Fact]
    public void MGDA_and_uniform_combine_K_losses()
    {
        using var scope = NewDisposeScope();
        using var uniform = MultiTaskMethod.Uniform();
        using var mgda = MultiTaskMethod.MGDA();
        var shared = new Parameter(tensor([0.0, 0.0]));

        MultiTaskGradients.Compute(Losses(), [shared], [], uniform);
        shared.grad!.data<double>().Should().Equal(2, 2);
        var report = MultiTaskGradients.Compute(Losses(), [shared], [], mgda);

        // Orthogonal gradients of length 2: the point of least norm is their mean, twice it their sum.
        (shared.grad! - 2).abs().max().item<double>().Should().BeLessThan(1e-15);
        report["stationary"][0].Should().Be(0);

        Tensor[] Losses() => [2 * shared[0], 2 * shared[1]];
    }

    [Fact]
    public void Orders_of_projection_depend_on_seed_and_step_alone()
    {
        using var scope = NewDisposeScope();
        double[][] runs = [Run(1), Run(1), Run(2)];

        runs[1].Should().Equal(runs[0]);
        runs[2].Should().NotEqual(runs[0]);

        static double[] Run(int seed)
        {
            using var method = MultiTaskMethod.PCGrad(seed);
            random.manual_seed(4);
            var gradients = randn(5, 3, dtype: ScalarType.Float64);
            var shared = new Parameter(zeros(3, ScalarType.Float64));
            return [.. Enumerable.Range(0, 6).SelectMany(_ => MultiTaskGradients.Compute(
                [.. gradients.unbind().Select(g => (g * shared).sum())], [shared], [], method)["coefficients"])];
        }
    }

    [Fact]
    public void Bad_settings_are_refused()
    {
        using var scope = NewDisposeScope();
        using var method = MultiTaskMethod.MetaBalance(2);
        var shared = new Parameter(tensor([1.0]));

        FluentActions.Invoking(() => MultiTaskGradients.Compute([shared.sum(), shared.sum()], [shared], [], method))
            .Should().Throw<ArgumentException>().WithMessage("main must be the index of one of the 2 losses, but is 2.*");
        FluentActions.Invoking(() => new MetaBalance(new MetaBalanceOptions { Beta = 1 })).Should().Throw<ArgumentException>()
            .WithMessage("Beta must lie in [0, 1), but is 1.*");
        FluentActions.Invoking(() => new GradNorm(new GradNormOptions { Rate = double.NaN })).Should().Throw<ArgumentException>();
    }

    private static GradientStrategy Strategy(string name, JsonElement details) => name switch
    {
        "pcgrad" => new PCGrad(),
        "gradnorm" => new GradNorm(new GradNormOptions { Alpha = details.Number("alpha"), Rate = details.Number("rate") }),
        _ => new MetaBalance(new MetaBalanceOptions
        {
            Beta = details.Number("beta"),
            Relax = details.Number("relax"),
            Granularity = name == "metabalance_per_tensor" ? MetaBalanceGranularity.PerTensor : MetaBalanceGranularity.PerEncoder,
        }),
    };

    /// <summary>Gives the strategy what the file says that it remembers.</summary>
    private static void Prepare(GradientStrategy strategy, JsonElement details)
    {
        if (details.ValueKind != JsonValueKind.Object || !details.TryGetProperty("encoders", out var encoders))
        {
            return;
        }

        foreach (var (m, encoder) in encoders.EnumerateArray().Index())
        {
            if (strategy is GradNorm)
            {
                strategy.State.GetOrAdd($"encoder_{m}_weights", () => encoder.Tensor("weights_used"));
                strategy.State.GetOrAdd($"encoder_{m}_first_losses", () => encoder.Tensor("first_losses"));
            }
        }

        if (details.TryGetProperty("moving_norms_before", out var norms))
        {
            for (int m = 0; m < encoders.GetArrayLength(); m++)
            {
                strategy.State.GetOrAdd($"encoder_{m}_norms", () => norms.Tensor().squeeze(-1));
            }
        }
    }
}
