using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Contract;

/// <summary>What every strategy promises, whatever it does.</summary>
public class StrategyContractTests
{
    public static TheoryData<string> Names => new(StrategyTable.Names);

    public static TheoryData<string, int, string> Shapes
    {
        get
        {
            var shapes = new TheoryData<string, int, string>();
            foreach (string name in StrategyTable.Names)
            {
                foreach (var (modalities, fusion) in new[] { (2, "late"), (2, "sum"), (3, "concat"), (4, "late") }
                    .Select(shape => (shape.Item1, StrategyTable.Fusion(name, shape.Item2))).Distinct())
                {
                    shapes.Add(name, modalities, fusion);
                }
            }

            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void It_trains_a_toy_with_any_number_of_modalities(string name, int modalities, string fusion)
    {
        using var scope = NewDisposeScope();
        using var run = new ContractRun(name, modalities, fusion);
        var data = Toy.Data(modalities);
        double before = run.Accuracy(data);

        run.Train(data, epochs: 12);

        // UnimodalTraining trains no fusion: with sum and concatenation only its heads learn.
        bool fuses = name != "unimodal" || fusion == "late";
        (fuses ? run.Accuracy(data) : run.UnimodalAccuracy(data)).Should().BeGreaterThan(Math.Max(before, 0.6));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_step_costs_the_promised_encoder_passes(string name, int modalities, string fusion)
    {
        using var scope = NewDisposeScope();
        using var run = new ContractRun(name, modalities, fusion);

        run.Step(Toy.Batch(modalities)).Should().Be(StrategyTable.Passes(name, modalities));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_repeats_bit_for_bit_under_a_seed(string name)
    {
        Dictionary<string, string> Train()
        {
            using var scope = NewDisposeScope();
            using var run = new ContractRun(name);
            run.Train(Toy.Data(), epochs: 2);
            return Toy.State(run.Model);
        }

        Train().Should().BeEquivalentTo(Train());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_thousand_steps_leak_no_tensor(string name)
    {
        using var scope = NewDisposeScope();
        using var run = new ContractRun(name);
        var live = new List<long>();
        var watch = new Hooks
        {
            EpochEnd = _ => live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount),
        };

        run.Train(Toy.Data(samples: 80), epochs: 100, batchSize: 8, watch);

        // The first epoch makes momentum buffers, and so does the epoch in which a phase of half the training ends.
        live.Skip(60).Should().OnlyContain(count => count == live[60]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_keep_the_parameters_dtype(string name)
    {
        using var scope = NewDisposeScope();
        using var run = new ContractRun(name, dtype: ScalarType.Float64);

        run.Step(Toy.Batch(dtype: ScalarType.Float64));

        run.Model.Root.parameters().Where(p => p.grad is not null)
            .Should().NotBeEmpty().And.OnlyContain(p => p.grad!.dtype == ScalarType.Float64);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_goes_on_bit_for_bit_from_saved_state(string name)
    {
        if (StrategyTable.Draws(name))
        {
            return; // the trainer restores the generator: see ResumeTests
        }

        using var scope = NewDisposeScope();
        var batches = Toy.Data().InOrder(16).Batches(0).ToArray();
        using var whole = new ContractRun(name);
        using var first = new ContractRun(name);
        foreach (var batch in batches)
        {
            whole.Step(batch);
        }

        foreach (var batch in batches[..3])
        {
            first.Step(batch);
        }

        using var second = new ContractRun(name);
        second.Model.load_state_dict(first.Model.state_dict());
        second.Strategy.State.Restore(first.Strategy.State.Capture());
        foreach (var batch in batches[3..])
        {
            second.Step(batch);
        }

        StateOf(second).Should().BeEquivalentTo(StateOf(whole));
        Toy.State(second.Model).Should().BeEquivalentTo(Toy.State(whole.Model));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_modality_that_no_sample_has_learns_nothing(string name)
    {
        using var scope = NewDisposeScope();
        using var run = new ContractRun(name);
        var whole = Toy.Batch(size: 4);
        var present = new PresenceMask(new[,] { { false, true }, { false, true }, { false, true }, { false, true } });
        var absent = full_like(whole.Inputs[0].Tensors[0], float.NaN);

        run.Step(new MultimodalBatch([absent, whole.Inputs[1]], whole.Targets, present));

        run.Model.Encoder(0).parameters().Should().OnlyContain(p => ReferenceEquals(p.grad, null));
        run.Model.parameters().Should().OnlyContain(p => p.isfinite().all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_survives_a_batch_of_one_and_a_partly_absent_modality(string name)
    {
        using var scope = NewDisposeScope();
        using var run = new ContractRun(name);
        var whole = Toy.Batch(size: 4);
        var present = new PresenceMask(new[,] { { true, true }, { false, true }, { true, false }, { true, true } });
        var first = whole.Inputs[0].Tensors[0].clone();
        first[1] = float.NaN;

        run.Step(Toy.Batch(size: 1));
        run.Step(new MultimodalBatch([first, whole.Inputs[1]], whole.Targets, present));

        run.Model.parameters().Should().OnlyContain(p => p.isfinite().all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_zero_gradient_is_no_trouble(string name)
    {
        using var scope = NewDisposeScope();
        using var run = new ContractRun(name);
        using (no_grad())
        {
            foreach (var parameter in run.Model.SharedParameters())
            {
                parameter.fill_(0);
            }
        }

        run.Step(Toy.Batch());

        run.Model.parameters().Should().OnlyContain(p => p.isfinite().all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_loss_that_is_not_finite_leaves_model_and_strategy_as_they_were(string name)
    {
        using var scope = NewDisposeScope();
        using var run = new ContractRun(name);
        run.Step(Toy.Batch());
        var state = StateOf(run);
        var before = Toy.State(run.Model);
        var batch = Toy.Batch();
        batch.Inputs[0].Tensors[0][2] = float.PositiveInfinity;

        run.Invoking(r => r.Step(batch)).Should().Throw<NonFiniteException>()
            .WithMessage($"Step 1 (epoch 0)*loss of {run.Strategy.Name}*").Which.Step.Should().Be(1);

        Toy.State(run.Model).Should().BeEquivalentTo(before);
        run.Model.parameters().Should().OnlyContain(p => ReferenceEquals(p.grad, null));
        StateOf(run).Should().BeEquivalentTo(state);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Identical_and_opposite_gradients_are_no_trouble(string name)
    {
        using var scope = NewDisposeScope();
        foreach (float sign in new[] { 1f, -1f })
        {
            // With the second head silent, the fused loss's gradient at the first encoder is along its own loss's;
            // with the representations' sign turned in the fusion, it is against it.
            using var run = new ContractRun(name, fusion: "concat");
            if (run.Model.Fusion is not ConcatFusion)
            {
                continue;
            }

            using (no_grad())
            {
                var parameters = run.Model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
                parameters["fusion.classifier.weight"].fill_(0);
                parameters["fusion.classifier.weight"].narrow(1, 0, Toy.Width)
                    .copy_(sign * parameters["head_m0.weight"]);
            }

            run.Step(Toy.Batch());

            run.Model.parameters().Should().OnlyContain(p => p.isfinite().all().item<bool>());
        }
    }

    private static Dictionary<string, double[]> StateOf(ContractRun run) => run.Strategy.State.Capture()
        .ToDictionary(entry => entry.Key, entry => entry.Value.to(ScalarType.Float64).reshape(-1).data<double>().ToArray());
}
