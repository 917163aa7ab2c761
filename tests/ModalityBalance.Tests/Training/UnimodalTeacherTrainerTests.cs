using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Training;

public class UnimodalTeacherTrainerTests
{
    [Fact]
    public void They_learn_the_toy()
    {
        using var scope = NewDisposeScope();
        using var teachers = Taught.Teachers();
        var data = Toy.Data(samples: 240);

        var result = new UnimodalTeacherTrainer(teachers, Toy.Task, Toy.Options(epochs: 12)).Fit(data.Shuffled(16, 3));

        result.Epochs.Should().HaveCount(12);
        result.BestEpochs.Should().OnlyContain(epoch => epoch == null);
        Evaluator.Evaluate(teachers, Toy.Task, data.InOrder(32), CPU).Unimodal!
            .Should().OnlyContain(scores => scores.Primary > 0.8, "chance is a third");
    }

    [Fact]
    public void What_one_modality_learns_does_not_depend_on_the_others()
    {
        Dictionary<string, byte[]> First(int inputsSeed)
        {
            using var scope = NewDisposeScope();
            using var teachers = Plain();
            var data = Toy.Data();
            var other = Toy.Data(seed: inputsSeed).InOrder(96).Batches(0).Single().Inputs[1];
            var inputs = new[] { data.InOrder(96).Batches(0).Single().Inputs[0], other };
            new UnimodalTeacherTrainer(teachers, Toy.Task, Toy.Options())
                .Fit(new MultimodalDataset(inputs, data.Targets, Toy.Task).Shuffled(16, 3));
            return Taught.Bits(teachers)
                .Where(entry => entry.Key.Contains("_m0.", StringComparison.Ordinal)).ToDictionary();
        }

        First(7).Should().HaveCount(4).And.BeEquivalentTo(First(8));
    }

    [Fact]
    public void Each_ends_with_its_own_best_epoch()
    {
        using var scope = NewDisposeScope();
        using var teachers = Taught.Teachers();
        var epochs = new List<(double[] Scores, Dictionary<string, byte[]> State)>();
        Dictionary<string, byte[]>? atEnd = null;
        var watch = new Hooks
        {
            EpochEnd = summary => epochs.Add((
                summary.Validation!.Unimodal!.Select(scores => scores.Primary).ToArray(), Taught.Bits(teachers))),
            FitEnd = _ => atEnd = Taught.Bits(teachers),
        };
        var options = Toy.Options(epochs: 8) with { Callbacks = [watch] };

        var result = new UnimodalTeacherTrainer(teachers, Toy.Task, options)
            .Fit(Toy.Data().Shuffled(16, 3), Toy.Data(seed: 8).InOrder(32));

        var best = Enumerable.Range(0, 2)
            .Select(m => epochs.FindIndex(epoch => epoch.Scores[m] == epochs.Max(other => other.Scores[m]))).ToArray();
        result.BestEpochs.Should().Equal(best[0], best[1]);
        var state = Taught.Bits(teachers);
        state.Keys.Should().Contain(key => key.Contains("m0")).And.Contain(key => key.Contains("m1"));
        foreach (var (key, bits) in state)
        {
            bits.Should().Equal(epochs[best[key.Contains("_m0", StringComparison.Ordinal) ? 0 : 1]].State[key]);
        }

        atEnd.Should().BeEquivalentTo(state, "observers see the result");
    }

    [Fact]
    public void Interrupted_teachers_go_on_to_the_same_best_epochs()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var whole = Train(null, interruptAt: null);
        var (best, _) = Train(Path.Combine(folder.Path, "run"), interruptAt: 40);
        best.Should().BeEmpty();

        var resumed = Train(Path.Combine(folder.Path, "run"), interruptAt: null);

        resumed.State.Should().BeEquivalentTo(whole.State);
        resumed.Best.Should().Equal(whole.Best);
        whole.Best.Min().Should().BeLessThan(6, "else no teacher was at its best before the interruption");
    }

    [Fact]
    public void One_that_cannot_improve_does_not_hold_the_others_back()
    {
        using var scope = NewDisposeScope();
        using var teachers = Plain();
        foreach (var parameter in teachers.Encoder(1).parameters().Concat(teachers.Head(1).parameters()))
        {
            parameter.requires_grad = false;
        }

        var options = Toy.Options(epochs: 6) with
        {
            Optimizer = model => optim.SGD(model.Root.parameters().Where(p => p.requires_grad), 0.01),
        };

        var result = new UnimodalTeacherTrainer(teachers, Toy.Task, options)
            .Fit(Toy.Data().Shuffled(16, 3), Toy.Data(seed: 8).InOrder(32));

        result.BestEpochs[1].Should().Be(0, "the first of equal epochs is the best");
        result.BestEpochs[0].Should().BePositive();
    }

    [Fact]
    public void They_keep_the_last_epoch_when_told_to()
    {
        using var scope = NewDisposeScope();
        using var teachers = Taught.Teachers();
        Dictionary<string, byte[]>? last = null;
        var watch = new Hooks { EpochEnd = _ => last = Taught.Bits(teachers) };
        var options = Toy.Options(epochs: 5) with { Callbacks = [watch], RestoreBestWeights = false };

        new UnimodalTeacherTrainer(teachers, Toy.Task, options)
            .Fit(Toy.Data().Shuffled(16, 3), Toy.Data(seed: 8).InOrder(32));

        Taught.Bits(teachers).Should().BeEquivalentTo(last);
    }

    [Fact]
    public void Their_fused_prediction_is_the_mean_of_the_logits_over_what_is_present()
    {
        using var scope = NewDisposeScope();
        using var teachers = Taught.Teachers();
        teachers.eval();
        var representations = new[] { rand(3, Toy.Width), rand(3, Toy.Width) };
        var logits = representations.Select((z, m) => teachers.PredictUnimodal(m, z)).ToArray();
        var present = tensor(new[] { true, true, true, false, false, false }).reshape(3, 2);

        teachers.Fuse(representations, null).allclose((logits[0] + logits[1]) / 2).Should().BeTrue();
        var fused = teachers.Fuse(representations, present);
        fused[0].allclose((logits[0][0] + logits[1][0]) / 2).Should().BeTrue();
        fused[1].eq(logits[0][1]).all().item<bool>().Should().BeTrue();
        fused[2].eq(0).all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void They_are_a_model_that_the_pre_flight_check_accepts()
    {
        using var teachers = Taught.Teachers(modalities: 3);

        TrainingValidator.Findings(teachers, Toy.Task, new UnimodalTraining(), null, 1).Should().BeEmpty();
    }

    [Fact]
    public void Modules_that_do_not_fit_together_are_refused()
    {
        var encoder = new ModalityEncoder("a", nn.Linear(2, 2));
        Action With(params ModalityEncoder[] encoders) =>
            () => _ = new UnimodalEnsemble(encoders, [nn.Linear(2, 3), nn.Linear(2, 3)]);

        With(encoder).Should().Throw<ArgumentException>().WithMessage("*1 (a) and 2*");
        With(encoder, new ModalityEncoder("a", nn.Linear(2, 2)))
            .Should().Throw<ArgumentException>().WithMessage("*different names*(a, a)*");
        using var teachers = Taught.Teachers();
        ((Action)(() => _ = new UnimodalTeacherTrainer(teachers, Toy.Task, Toy.Options(epochs: 0))))
            .Should().Throw<ArgumentException>().WithMessage("Epochs*");
    }

    /// <summary>Eight epochs of six steps.</summary>
    private static (IReadOnlyList<int?> Best, Dictionary<string, byte[]> State) Train(string? folder, int? interruptAt)
    {
        using var teachers = Taught.Teachers();
        using var cancellation = new CancellationTokenSource();
        var stop = new Hooks
        {
            Step = (step, _) =>
            {
                if (step.Index == interruptAt)
                {
                    cancellation.Cancel();
                }
            },
        };
        var options = Toy.Options(epochs: 8) with
        {
            Seed = 3,
            ResumeFrom = folder is null ? null : Checkpoint.FindNewest(folder),
            Callbacks = folder is null ? [] : [stop, new CheckpointWriter(folder)],
        };
        try
        {
            var result = new UnimodalTeacherTrainer(teachers, Toy.Task, options)
                .Fit(Toy.Data().Shuffled(16, 3), Toy.Data(seed: 8).InOrder(32), cancellation.Token);
            return (result.BestEpochs, Taught.Bits(teachers));
        }
        catch (OperationCanceledException)
        {
            return ([], []);
        }
    }

    /// <summary>Teachers that draw no random numbers while they learn.</summary>
    private static UnimodalEnsemble Plain()
    {
        random.manual_seed(5);
        var encoders = Enumerable.Range(0, 2)
            .Select(m => new ModalityEncoder($"m{m}", nn.Linear(Toy.Inputs + m, Toy.Width)));
        return new UnimodalEnsemble(
            encoders.ToArray(),
            [nn.Linear(Toy.Width, Toy.Classes), nn.Linear(Toy.Width, Toy.Classes)]);
    }
}
