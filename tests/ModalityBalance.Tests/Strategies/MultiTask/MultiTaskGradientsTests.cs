using ModalityBalance.Distributed;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

/// <summary>Losses and parameters that cannot be differentiated.</summary>
public class MultiTaskGradientsTests
{
    [Fact]
    public void Impossible_calls_are_refused()
    {
        using var scope = NewDisposeScope();
        var shared = new Parameter(tensor([1.0]));

        ((Action)(() => MultiTaskGradients.Compute([shared.sum()], [shared], [], MultiTaskMethod.MMPareto())))
            .Should().Throw<ArgumentException>().WithMessage("losses must be 2 to 32, but are 1*");
        ((Action)(() => MultiTaskGradients.Compute([shared.sum(), shared.sum()], [], [], MultiTaskMethod.MMPareto())))
            .Should().Throw<ArgumentException>().WithMessage("shared must hold a parameter*none of its 0*");
        ((Action)(() => MultiTaskGradients.Compute([shared.sum(), shared.sum()], [shared], [], MultiTaskMethod.MMPareto(gamma: 0))))
            .Should().Throw<ArgumentException>().WithMessage("*gamma*0*");
    }

    [Fact]
    public void Losses_that_cannot_be_differentiated_are_named()
    {
        using var scope = NewDisposeScope();
        var shared = new Parameter(tensor([1.0, 2.0]));

        Refused(shared * 2, "losses[1] must be a scalar with a graph, but is of 2 elements*");
        Refused(tensor(3.0), "losses[1] must be a scalar with a graph, but is without*");
        Refused(null!, "losses[1] must be a scalar with a graph, but is null*");

        void Refused(Tensor loss, string message) =>
            ((Action)(() => MultiTaskGradients.Compute([shared.sum(), loss], [shared], [], MultiTaskMethod.MMPareto())))
                .Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public void Losses_whose_graph_was_used_up_are_an_exception()
    {
        using var scope = NewDisposeScope();
        var shared = new Parameter(tensor([1.0, 2.0]));
        Tensor[] losses = [shared.square().sum(), shared.exp().sum()];
        losses[1].backward();

        ((Action)(() => MultiTaskGradients.Compute(losses, [shared], [], MultiTaskMethod.MMPareto()))).Should().Throw<Exception>();
    }

    [Fact]
    public void Frozen_parameters_take_no_part()
    {
        using var scope = NewDisposeScope();
        var (shared, head) = (new Parameter(tensor([1.0, 2.0])), new Parameter(tensor([3.0])));
        var (frozen, frozenHead) = (new Parameter(tensor([4.0]), false), new Parameter(tensor([5.0]), false));
        frozen.grad = ones(1, dtype: ScalarType.Float64);

        MultiTaskGradients.Compute(
            [(shared * frozen).sum(), head.sum() * frozenHead.sum()], [frozen, shared], [head, frozenHead], MultiTaskMethod.MMPareto());

        shared.grad!.data<double>().Should().Equal(1.5 * 4, 1.5 * 4);
        head.grad!.item<double>().Should().Be(5);
        (frozen.grad is null && frozenHead.grad is null).Should().BeTrue();
        ((Action)(() => MultiTaskGradients.Compute([shared.sum(), head.sum()], [frozen], [head], MultiTaskMethod.MMPareto())))
            .Should().Throw<ArgumentException>().WithMessage("shared must*none of its 1*");
    }

    public static TheoryData<string, int> MethodsAndProcesses
    {
        get
        {
            var rows = new TheoryData<string, int>();
            foreach (string method in Methods.Keys)
            {
                rows.Add(method, 2);
                rows.Add(method, 3);
            }

            return rows;
        }
    }

    private static Dictionary<string, Func<MultiTaskMethod>> Methods => new()
    {
        ["uniform"] = MultiTaskMethod.Uniform,
        ["mgda"] = MultiTaskMethod.MGDA,
        ["mmpareto"] = () => MultiTaskMethod.MMPareto(),
        ["pcgrad"] = () => MultiTaskMethod.PCGrad(seed: 3),
        ["gradnorm"] = () => MultiTaskMethod.GradNorm(),
        ["metabalance"] = () => MultiTaskMethod.MetaBalance(main: 0),
    };

    [Theory]
    [MemberData(nameof(MethodsAndProcesses))]
    public void Several_processes_leave_the_gradients_of_one(string method, int processes)
    {
        using var scope = NewDisposeScope();
        var samples = Samples(count: 11);
        var expected = Train(ProcessGroup.SingleProcess, Network(), samples, Methods[method]);
        var networks = Enumerable.Range(0, processes).Select(_ => Network()).ToArray();

        double[][] actual = ProcessThreads.Run(
            ProcessThreads.Group(processes), group => Train(group, networks[group.Rank], samples, Methods[method]));

        // Sums in another order, over 5 steps of 11 samples with values near 1.
        actual.Should().AllSatisfy(values => values.Zip(expected).Should().AllSatisfy(pair =>
            pair.First.Should().BeApproximately(pair.Second, 1e-12)));
        actual.Skip(1).Should().AllSatisfy(values => values.Should().Equal(actual[0]));
    }

    /// <summary>Steps on two regressions of one linear encoder; the parameters and the loss of the last step.</summary>
    private static double[] Train(ProcessGroup group, Parameter[] network, (Tensor X, Tensor Y) samples, Func<MultiTaskMethod> create)
    {
        long count = samples.X.shape[0];
        long first = count * group.Rank / group.Size;
        long part = (count * (group.Rank + 1) / group.Size) - first;
        using var method = create();
        using var optimizer = optim.SGD(network, 0.1);
        double loss = 0;
        for (int step = 0; step < 5; step++)
        {
            using var scope = NewDisposeScope();
            var features = samples.X.narrow(0, first, part).matmul(network[0]).tanh();
            var target = samples.Y.narrow(0, first, part);
            Tensor[] losses =
            [
                .. Enumerable.Range(0, 2).Select(k =>
                    (features.matmul(network[1 + k]).squeeze(1) - target.select(1, k)).square().sum() / count),
            ];
            loss = MultiTaskGradients.Compute(losses, network[..1], network[1..], method, group).TaskLoss;
            optimizer.step();
        }

        return [.. network.SelectMany(parameter => parameter.data<double>().ToArray()), loss];
    }

    private static Parameter[] Network()
    {
        var generator = new Generator(5);
        return [.. new long[][] { [4, 3], [3, 1], [3, 1] }.Select(shape =>
            new Parameter(randn(shape, dtype: ScalarType.Float64, generator: generator)))];
    }

    private static (Tensor X, Tensor Y) Samples(int count)
    {
        var generator = new Generator(6);
        return (randn([count, 4], dtype: ScalarType.Float64, generator: generator),
            randn([count, 2], dtype: ScalarType.Float64, generator: generator));
    }
}
