using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class OptimizerTests
{
    private const int Steps = 5;

    // One parameter per number; the gradient of sum(x^4) / 4 is x^3.
    private static double[] Run(Func<Parameter[], optim.Optimizer> optimizer, params double[] start)
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [.. start.Select(value => new Parameter(tensor(value)))];
        using var optimiser = optimizer(parameters);
        for (int i = 0; i < Steps; i++)
        {
            optimiser.zero_grad();
            stack(parameters.Select(parameter => parameter.pow(4))).sum().div(4).backward();
            optimiser.step();
        }
        return [.. parameters.Select(parameter => parameter.item<double>())];
    }

    private static double[] Expect(Func<Func<double, double>> update, params double[] start)
    {
        return [.. start.Select(value =>
        {
            Func<double, double> next = update();
            for (int i = 0; i < Steps; i++)
            {
                value = next(value);
            }
            return value;
        })];
    }

    private static void ShouldAgree(double[] actual, double[] expected) =>
        // Both sides are a few dozen roundings of doubles apart.
        actual.Should().Equal(expected, (left, right) => Math.Abs(left - right) < 1e-13);

    [Theory]
    [InlineData(0, 0, 0, false)]
    [InlineData(0.9, 0, 0, false)]
    [InlineData(0.9, 0.5, 0.01, false)]
    [InlineData(0.9, 0, 0.01, true)]
    public void Gradient_descent_follows_its_formula(double momentum, double dampening, double decay, bool nesterov)
    {
        Func<double, double> Update()
        {
            double? buffer = null;
            return x =>
            {
                double gradient = x * x * x + decay * x;
                buffer = buffer is null ? gradient : momentum * buffer + (1 - dampening) * gradient;
                double direction = momentum == 0 ? gradient : nesterov ? gradient + momentum * buffer.Value : buffer.Value;
                return x - 0.1 * direction;
            };
        }

        ShouldAgree(
            Run(parameters => optim.SGD(parameters, 0.1, momentum, dampening, decay, nesterov), 1, -0.5),
            Expect(Update, 1, -0.5));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.1, false)]
    [InlineData(0.1, true)]
    public void Adam_follows_its_formula(double decay, bool amsgrad) =>
        ShouldAgree(
            Run(parameters => optim.Adam(parameters, 0.05, 0.8, 0.95, 1e-6, decay, amsgrad), 1, -0.5),
            Expect(() => AdamUpdate(decay, 0, amsgrad), 1, -0.5));

    [Fact]
    public void AdamW_shrinks_the_weights_apart_from_the_gradient() =>
        ShouldAgree(
            Run(parameters => optim.AdamW(parameters, 0.05, 0.8, 0.95, 1e-6, weight_decay: 0.1), 1, -0.5),
            Expect(() => AdamUpdate(0, 0.1, false), 1, -0.5));

    private static Func<double, double> AdamUpdate(double decay, double decoupled, bool amsgrad)
    {
        double mean = 0, square = 0, greatest = 0;
        int step = 0;
        return x =>
        {
            double gradient = x * x * x + decay * x;
            step++;
            x *= 1 - 0.05 * decoupled;
            mean = 0.8 * mean + 0.2 * gradient;
            square = 0.95 * square + 0.05 * gradient * gradient;
            greatest = Math.Max(greatest, square);
            double deviation = Math.Sqrt((amsgrad ? greatest : square) / (1 - Math.Pow(0.95, step)));
            return x - 0.05 * (mean / (1 - Math.Pow(0.8, step))) / (deviation + 1e-6);
        };
    }

    [Fact]
    public void Adamax_divides_by_the_decayed_maximum()
    {
        static Func<double, double> Update()
        {
            double mean = 0, maximum = 0;
            int step = 0;
            return x =>
            {
                double gradient = x * x * x + 0.1 * x;
                step++;
                mean = 0.8 * mean + 0.2 * gradient;
                maximum = Math.Max(0.95 * maximum, Math.Abs(gradient) + 1e-6);
                return x - 0.05 / (1 - Math.Pow(0.8, step)) * mean / maximum;
            };
        }

        ShouldAgree(
            Run(parameters => optim.Adamax(parameters, 0.05, 0.8, 0.95, 1e-6, 0.1), 1, -0.5),
            Expect(Update, 1, -0.5));
    }

    [Fact]
    public void Zeroing_the_gradients_of_an_optimizer_keeps_them()
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(ones(2));
        using var optimizer = optim.SGD([parameter], 0.1);
        parameter.sum().backward();

        optimizer.zero_grad();

        parameter.grad!.Values().Should().Equal(0, 0);
    }

    [Fact]
    public void A_gradient_of_zero_moves_a_parameter_by_momentum_and_a_missing_one_does_not()
    {
        using var scope = NewDisposeScope();
        var zeroed = new Parameter(ones(1, dtype: float64));
        var missing = new Parameter(ones(1, dtype: float64));
        using var optimizer = optim.SGD([zeroed, missing], 0.1, momentum: 0.9);
        (zeroed + missing).backward();
        optimizer.step();
        zeroed.grad!.zero_();
        missing.grad = null;

        optimizer.step();
        zeroed.item<double>().Should().BeApproximately(1 - 0.1 - 0.09, 1e-15);
        missing.item<double>().Should().Be(0.9);

        // Its momentum has waited: 0.9 of the first gradient and the new one.
        missing.grad = ones(1, dtype: float64);
        optimizer.step();
        missing.item<double>().Should().BeApproximately(0.9 - 0.1 * 1.9, 1e-15);
    }

    [Fact]
    public void Groups_have_rates_of_their_own()
    {
        using var scope = NewDisposeScope();
        var slow = new Parameter(ones(1, dtype: float64));
        var fast = new Parameter(ones(1, dtype: float64));
        using var optimizer = optim.SGD([new SGD.ParamGroup([slow], lr: 0.1), new SGD.ParamGroup([fast], lr: 0.5)], 1);
        (slow + fast).backward();

        optimizer.step();

        slow.item<double>().Should().Be(0.9);
        fast.item<double>().Should().Be(0.5);
        optimizer.ParamGroups.Select(group => group.LearningRate).Should().Equal(0.1, 0.5);
    }

    public static TheoryData<Func<Parameter[], OptimizerHelper>> Optimizers => new()
    {
        parameters => optim.SGD(parameters, 0.1, momentum: 0.9, weight_decay: 0.01),
        parameters => optim.Adam(parameters, 0.1, amsgrad: true),
        parameters => optim.AdamW(parameters, 0.1, weight_decay: 0.1),
        parameters => optim.Adamax(parameters, 0.1),
    };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_saved_optimizer_goes_on_where_it_was(Func<Parameter[], OptimizerHelper> make)
    {
        using var scope = NewDisposeScope();
        Parameter[] first = [new Parameter(Numbers.Sample(1, 3).detach())];
        Parameter[] second = [new Parameter(first[0].detach().clone())];
        using var saved = make(first);
        Step(saved, first);
        using var stream = new MemoryStream();
        saved.save_state_dict(new BinaryWriter(stream));
        using (no_grad())
        {
            second[0].copy_(first[0]);
        }

        using var loaded = make(second);
        stream.Position = 0;
        loaded.load_state_dict(new BinaryReader(stream));
        stream.Position.Should().Be(stream.Length);
        Step(saved, first);
        Step(loaded, second);

        second[0].Values().Should().Equal(first[0].Values());
    }

    [Fact]
    public void Momentum_belongs_to_the_scope_in_which_it_is_loaded()
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [new Parameter(Numbers.Sample(1, 3).detach())];
        using var optimizer = optim.SGD(parameters, 0.1, momentum: 0.9);
        Step(optimizer, parameters);
        using var stream = new MemoryStream();
        optimizer.save_state_dict(new BinaryWriter(stream));
        using var loaded = optim.SGD(parameters, 0.1, momentum: 0.9);
        stream.Position = 0;

        using (NewDisposeScope())
        {
            loaded.load_state_dict(new BinaryReader(stream));
        }

        loaded.Invoking(ended => Step(ended, parameters)).Should().Throw<InvalidOperationException>();
    }

    private static void Step(optim.Optimizer optimizer, Parameter[] parameters)
    {
        optimizer.zero_grad();
        parameters[0].pow(4).sum().backward();
        optimizer.step();
    }

    [Fact]
    public void A_step_leaves_no_tensor_behind()
    {
        var parameter = new Parameter(ones(3));
        using var optimizer = optim.Adam([parameter]);
        using (NewDisposeScope())
        {
            parameter.sum().backward();
        }
        optimizer.step();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        optimizer.step();

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
        parameter.Dispose();
    }
}
