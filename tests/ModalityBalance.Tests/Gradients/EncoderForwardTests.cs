using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Gradients;

/// <summary>What an encoder's run leaves behind, and which of its parameters learn.</summary>
public class EncoderForwardTests
{
    public static TheoryData<string, long?> Strategies
    {
        get
        {
            var all = new TheoryData<string, long?>();
            foreach (string name in new[] { "joint", "uniform", "pareto", "mmpareto", "mmpareto per tensor", "i2mcl exact" })
            {
                all.Add(name, null);
                all.Add(name, 3);
            }

            return all;
        }
    }

    [Fact]
    public void Micro_batches_leave_nothing_of_a_part_behind_but_its_representation()
    {
        LiveAfterEncode(temporaries: 20, microBatch: 1).Should().Be(LiveAfterEncode(temporaries: 2, microBatch: 1));
        LiveAfterEncode(temporaries: 20, microBatch: 1).Should().Be(LiveAfterEncode(temporaries: 20, microBatch: 4));
    }

    [Fact]
    public void An_encoder_that_does_not_learn_leaves_nothing_behind_but_its_representation() =>
        LiveAfterEncode(20, microBatch: null, learns: false)
            .Should().Be(LiveAfterEncode(2, microBatch: null, learns: false));

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Parameters_that_the_output_does_not_use_get_no_gradient(string name, long? microBatch)
    {
        using var scope = NewDisposeScope();
        var first = new Chain(1);
        using var model = Model(first);
        var batch = Toy.Batch();
        var strategy = Contract.StrategyTable.Make(name, 2);
        using var state = strategy as IDisposable;

        strategy.ComputeGradients(new TrainingStep(
            model, Toy.Task, batch, teachers: new ToyTeachers(2).For(batch), microBatch: microBatch));

        first.Spare.parameters().Should().OnlyContain(p => ReferenceEquals(p.grad, null));
        first.Used.parameters().Should().OnlyContain(p => p.grad!.abs().sum().item<float>() > 0);
        model.Encoder(1).parameters().Should().OnlyContain(p => p.grad!.abs().sum().item<float>() > 0);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(3L)]
    public void An_encoder_that_detaches_its_output_is_named(long? microBatch)
    {
        using var scope = NewDisposeScope();
        using var parts = Toy.Model();
        var model = new OwnModel(parts, (m, input) => parts.Encode(m, input) is var z && m == 1 ? z.detach() : z);
        Action learn = () => new JointTraining().ComputeGradients(
            new TrainingStep(model, Toy.Task, Toy.Batch(), microBatch: microBatch));

        learn.Should().Throw<InvalidOperationException>().WithMessage("*encoder of 'm1'*graph*detach*");

        foreach (var parameter in parts.Encoder(1).parameters())
        {
            parameter.requires_grad = false;
        }

        learn.Should().NotThrow("a frozen encoder needs no graph");
    }

    private static long LiveAfterEncode(int temporaries, long? microBatch, bool learns = true)
    {
        using var scope = NewDisposeScope();
        using var model = Model(new Chain(temporaries));
        var step = new TrainingStep(model, Toy.Task, Toy.Batch(), microBatch: microBatch);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        step.Encode(_ => learns ? EncoderUse.Learn : EncoderUse.Forward);
        return DisposeScopeManager.Statistics.ThreadTotalLiveCount - before;
    }

    private static MultimodalModel Model(Chain first)
    {
        random.manual_seed(5);
        return new MultimodalModel(
            [new ModalityEncoder("a", first), new ModalityEncoder("b", new Mlp(Toy.Inputs + 1, Toy.Width))],
            new LateFusion([Toy.Width, Toy.Width], Toy.Classes));
    }

    /// <summary>Makes temporaries, and has a layer that it does not use.</summary>
    private sealed class Chain : nn.Module<Tensor, Tensor>
    {
        private readonly int _temporaries;

        public Chain(int temporaries)
            : base(nameof(Chain))
        {
            _temporaries = temporaries;
            Used = nn.Linear(Toy.Inputs, Toy.Width);
            Spare = nn.Linear(Toy.Inputs, Toy.Width);
            register_module("used", Used);
            register_module("spare", Spare);
        }

        public Linear Used { get; }

        public Linear Spare { get; }

        public override Tensor forward(Tensor input) => Enumerable.Range(0, _temporaries)
            .Aggregate(Used.call(input), (x, _) => x * 1.01);

        protected override void RegisterComponents()
        {
        }
    }
}
