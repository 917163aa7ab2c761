using ModalityBalance.Strategies;
using ModalityBalance.Tests.Contract;
using ModalityBalance.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Local;

/// <summary>On a GPU, a step that reads nothing back is queued while the one before still runs.</summary>
public class HostReadTests
{
    private const int Modalities = 3;

    public static TheoryData<string> Strategies => new(StrategyTable.Names);

    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_step_reads_nothing_back(string strategy) => ReadsPerStep(strategy, present: null).Should().Be((0, 0));

    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_step_with_missing_modalities_reads_nothing_back(string strategy)
    {
        var present = new bool[8, Modalities];
        for (int i = 0; i < present.GetLength(0); i++)
        {
            // Everybody has the first modality, some the second, nobody the third.
            (present[i, 0], present[i, 1]) = (true, i % 3 > 0);
        }

        ReadsPerStep(strategy, present).Should().Be((0, 0));
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void The_trainer_reads_nothing_back_when_told_to_ignore_what_is_not_finite(string strategy) =>
        ReadsPerTrainerStep(strategy, NonFinitePolicy.Ignore).Should().Be(0);

    [Theory]
    [MemberData(nameof(Strategies))]
    public void The_trainer_that_stops_reads_at_most_once_per_step(string strategy) =>
        ReadsPerTrainerStep(strategy, NonFinitePolicy.Stop).Should().BeLessThanOrEqualTo(1);

    /// <summary>In a steady state: after steps that may set things up.</summary>
    private static (long Values, long Moves) ReadsPerStep(string name, bool[,]? present)
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(Modalities);
        using var optimizer = optim.SGD(model.parameters(), 0.05, momentum: 0.9);
        var strategy = StrategyTable.Make(name, Modalities);
        using var state = strategy as IDisposable;
        var full = Toy.Batch(Modalities);
        var batch = new MultimodalBatch(full.Inputs, full.Targets, present is null ? null : new PresenceMask(present));
        var teachers = new ToyTeachers(Modalities).For(batch);
        var before = (HostReads.Values, HostReads.Moves);
        for (int i = 0; i < 3; i++)
        {
            before = (HostReads.Values, HostReads.Moves);
            strategy.ComputeGradients(new TrainingStep(model, Toy.Task, batch, 0, i, teachers));
            optimizer.step();
        }

        return (HostReads.Values - before.Values, HostReads.Moves - before.Moves);
    }

    /// <summary>What an epoch of three times as many steps reads more. Bringing the batches to the trainer's device,
    /// here the CPU, is no read.</summary>
    private static double ReadsPerTrainerStep(string name, NonFinitePolicy policy)
    {
        return (ReadsPerEpoch(samples: 48) - ReadsPerEpoch(samples: 16)) / 4.0;

        long ReadsPerEpoch(int samples)
        {
            using var scope = NewDisposeScope();
            using var model = Toy.Model(Modalities);
            var strategy = StrategyTable.Make(name, Modalities);
            using var state = strategy as IDisposable;
            var data = Toy.Data(Modalities, samples).Shuffled(8, 3);
            var options = Toy.Options(epochs: Modalities) with
            {
                NonFinite = policy,
                Teachers = new ToyTeachers(Modalities),
            };
            long before = HostReads.Values;
            new Trainer(model, Toy.Task, strategy, options).Fit(data);
            return (HostReads.Values - before) / options.Epochs;
        }
    }
}
