using ModalityBalance.Data;
using ModalityBalance.Distributed;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Teachers;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Contract;

/// <summary>Several processes, each on its part of every batch, do what one does with whole batches.</summary>
public class DataParallelTests
{
    // In double. The processes add in another order than one process, and a run amplifies the difference.
    private const double Tolerance = 1e-12;

    // Parts of 16 and of a last batch of 5 samples: even and uneven.
    private const int Samples = 53;
    private const int BatchSize = 16;

    // A multiple of 2 and 3 modalities, as ReconBoost needs, with 4 steps each.
    private const int Epochs = 12;

    public static TheoryData<string, int> Groups
    {
        get
        {
            var groups = new TheoryData<string, int>();
            foreach (string name in StrategyTable.Names)
            {
                groups.Add(name, 2);
                groups.Add(name, 3);
            }

            return groups;
        }
    }

    public static TheoryData<string> Names => [.. StrategyTable.Names];

    [Theory]
    [MemberData(nameof(Groups))]
    public void Training_ends_where_one_process_ends(string name, int processes)
    {
        using var scope = NewDisposeScope();

        double[] alone = InAll(name, processes, 1, run => run.Fit())[0];
        double[][] together = InAll(name, processes, processes, run => run.Fit());

        foreach (double[] parameters in together)
        {
            Largest(parameters, alone).Should().BeLessThan(Tolerance);
            parameters.Should().Equal(together[0], "all processes hold the same bits");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Four_processes_leave_the_gradients_of_one(string name)
    {
        using var scope = NewDisposeScope();

        double[] alone = InAll(name, 2, 1, run => run.Step())[0];
        double[][] together = InAll(name, 2, 4, run => run.Step());

        // NaN stands for a parameter without a gradient.
        foreach (double[] gradients in together)
        {
            gradients.Select(double.IsNaN).Should().Equal(alone.Select(double.IsNaN));
            Largest([.. gradients.Where(double.IsFinite)], [.. alone.Where(double.IsFinite)]).Should().BeLessThan(Tolerance);
        }
    }

    /// <summary>Does something in every process, with a network, strategy and data of its own.</summary>
    private static double[][] InAll(string name, int modalities, int processes, Func<Run, double[]> action)
    {
        var members = ProcessThreads.Group(processes);
        var runs = members.Select(member => new Run(name, modalities, member)).ToArray();
        random.manual_seed(5);
        double[][] results = ProcessThreads.Run(members, member => action(runs[member.Rank]));
        foreach (var run in runs)
        {
            run.Dispose();
        }

        return results;
    }

    private static double Largest(double[] values, double[] expected) =>
        values.Zip(expected, (value, other) => Math.Abs(value - other) / Math.Max(1, Math.Abs(other))).Max();

    private sealed class Run(string name, int modalities, ProcessGroup processes) : IDisposable
    {
        private readonly MultimodalModel _model = Model(name, modalities);
        private readonly IGradientStrategy _strategy = StrategyTable.Make(name, modalities);
        private readonly MultimodalDataset _data = Toy.DataWithGaps(modalities, Samples);

        /// <summary>Trains; the parameters at the end.</summary>
        public double[] Fit()
        {
            var options = Toy.Options(Epochs) with
            {
                Teachers = new VaryingTeachers(modalities),
                Optimizer = model => StrategyTable.Optimizer(_strategy, model, 0.02, momentum: 0.9),
                Processes = processes,
            };
            new Trainer(_model, Toy.Task, _strategy, options).Fit(_data.Shuffled(BatchSize, 3), _data.InOrder(32));
            return [.. _model.parameters().SelectMany(parameter => parameter.flatten().data<double>().ToArray())];
        }

        /// <summary>Makes one step of all turns without moving the parameters; the gradients of the last.</summary>
        public double[] Step()
        {
            StrategyTable.Begin(_strategy, _model, _data.InOrder(BatchSize), processes);
            var batch = _data.Select([.. Enumerable.Range(0, 7).Select(i => (long)i)]).PartFor(processes);
            for (int turn = 0; turn < _strategy.TurnsPerBatch(modalities); turn++)
            {
                var step = new TrainingStep(_model, Toy.Task, batch, teachers: new VaryingTeachers(modalities).For(batch))
                {
                    Turn = turn,
                    Processes = processes,
                };
                _strategy.ComputeGradients(step);
                step.SumGradients();
            }

            return [.. _model.parameters().SelectMany(parameter =>
                (parameter.grad ?? full_like(parameter, double.NaN)).flatten().data<double>().ToArray())];
        }

        public void Dispose()
        {
            (_strategy as IDisposable)?.Dispose();
            _model.Dispose();
        }

        private static MultimodalModel Model(string name, int modalities)
        {
            var model = Toy.Model(modalities, StrategyTable.Fusion(name, modalities == 2 ? "late" : "concat"));
            model.to(ScalarType.Float64);
            return model;
        }
    }

    /// <summary>The toy's teachers, as sure of a sample as its class and modality say, so that their order changes from batch to
    /// batch.</summary>
    private sealed class VaryingTeachers(int modalities) : ITeacherSource
    {
        private readonly ToyTeachers _toy = new(modalities);

        public bool HasOverallConfidences => true;

        public TeacherOutputs For(MultimodalBatch batch)
        {
            var outputs = _toy.For(batch);
            long[] labels = batch.Targets.data<long>().ToArray();
            return new TeacherOutputs(
                outputs.Representations,
                outputs.Logits,
                [.. Enumerable.Range(0, modalities).Select(m => labels
                    .Where((_, i) => batch.Present?[i, m] ?? true)
                    .Select(label => 0.2 + (0.1 * ((label + m) % Toy.Classes)))
                    .DefaultIfEmpty(double.NaN).Average())],
                outputs.OverallConfidences);
        }
    }
}
