using System.Collections.Concurrent;
using ModalityBalance.Data;
using ModalityBalance.Diagnosis;
using ModalityBalance.Distributed;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Training;

/// <summary>What the processes of one training do together besides gradients, with threads as processes.</summary>
public sealed class ProcessesTests
{
    // TorchSharp's global generator is shared by the threads that stand for processes: what draws is made in turn.
    private static readonly Lock Drawing = new();

    private readonly MultimodalDataset _data = Toy.Data(dtype: ScalarType.Float64);

    [Fact]
    public void Callbacks_run_in_the_first_process_and_where_they_say_so_in_all()
    {
        var calls = new ConcurrentBag<string>();

        InAll(2, (processes, model) => Fit(model, processes, options => options with
        {
            Callbacks =
            [
                new Hooks { EpochEnd = _ => calls.Add($"first in {processes.Rank}") },
                new Everywhere { Ended = () => calls.Add($"all in {processes.Rank}") },
            ],
        }));

        calls.Order().Should().Equal("all in 0", "all in 1", "first in 0");
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_process_loads_only_its_part_of_a_batch_unless_a_step_has_several(int batchesPerStep, bool prefetches)
    {
        var loaded = new ConcurrentDictionary<int, ConcurrentQueue<long>>();

        InAll(3, (processes, model) =>
        {
            var samples = loaded.GetOrAdd(processes.Rank, _ => []);
            var source = BatchSource.FromSamples(_data.Count, 20, Load, seed: 1);
            using var strategy = new UniformBaseline();
            new Trainer(model, Toy.Task, strategy, Toy.Options(1) with { Processes = processes, BatchesPerStep = batchesPerStep })
                .Fit(prefetches ? source.Prefetch() : source);

            MultimodalBatch Load(long[] numbers, int epoch)
            {
                foreach (long number in numbers)
                {
                    samples.Enqueue(number);
                }

                return _data.Select(numbers);
            }
        });

        long[] all = [.. Enumerable.Range(0, 96).Select(i => (long)i)];
        if (batchesPerStep > 1)
        {
            loaded.Values.Should().AllSatisfy(samples => samples.Order().Should().Equal(all));
        }
        else
        {
            loaded.Values.SelectMany(samples => samples).Order().Should().Equal(all);
        }
    }

    [Fact]
    public void A_callback_of_the_first_process_stops_all()
    {
        var results = new ConcurrentBag<TrainingResult>();

        InAll(2, (processes, model) => results.Add(Fit(model, processes, options => options with
        {
            Epochs = 5,
            Callbacks = [new Stopping(afterEpochs: 2)],
        })));

        results.Should().HaveCount(2).And.OnlyContain(result => result.Epochs.Count == 2 && result.StopReason == "Enough.");
    }

    [Fact]
    public void Canceling_one_process_cancels_all_at_the_same_step()
    {
        var steps = new ConcurrentBag<long>();
        using var cancellation = new CancellationTokenSource();

        InAll(2, (processes, model) =>
        {
            var watch = new Everywhere();
            watch.Stepped = step =>
            {
                if (step == 3 && processes.Rank == 1)
                {
                    cancellation.Cancel();
                }
            };
            var token = processes.Rank == 1 ? cancellation.Token : CancellationToken.None;
            FluentActions.Invoking(() => Fit(model, processes, options => options with { Callbacks = [watch] }, cancellation: token))
                .Should().Throw<OperationCanceledException>();
            steps.Add(watch.Steps);
        });

        steps.Should().Equal(4, 4);
    }

    [Fact]
    public void Different_options_are_refused_in_all_processes()
    {
        InAll(2, (processes, model) =>
            FluentActions.Invoking(() => Fit(model, processes, options => options with { Epochs = 1 + processes.Rank }))
                .Should().Throw<ArgumentException>().WithMessage(
                    "All processes must train the same, but process 1 does not:*1 epochs*but in process 1 they are 2 epochs*"));
    }

    [Fact]
    public void Different_data_is_refused_in_all_processes()
    {
        InAll(2, (processes, model) =>
            FluentActions.Invoking(() => Fit(model, processes, options => options, seed: processes.Rank))
                .Should().Throw<ArgumentException>().WithMessage("*The training data is*seed 0*in process 1 it is*seed 1*"));
    }

    [Fact]
    public void All_start_from_the_weights_of_the_first()
    {
        var states = new ConcurrentDictionary<int, Dictionary<string, string>>();

        InAll(2, (processes, model) =>
        {
            using (no_grad())
            {
                model.parameters().First().add_(processes.Rank);
            }

            Fit(model, processes, options => options);
            states[processes.Rank] = Toy.State(model);
        });

        states[1].Should().BeEquivalentTo(states[0]);
    }

    [Fact]
    public void Steps_that_are_not_finite_in_one_process_are_skipped_in_all()
    {
        var skipped = new ConcurrentBag<int>();

        InAll(2, (processes, model) =>
        {
            using var strategy = new NaNOnce(processes.Rank);
            var options = Toy.Options(1) with { Processes = processes, OnNonFinite = NonFinitePolicy.Skip };
            skipped.Add(new Trainer(model, Toy.Task, strategy, options).Fit(_data.Shuffled(16, 1)).Epochs[0].SkippedSteps);
        });

        skipped.Should().Equal(1, 1);
    }

    [Fact]
    public void Teachers_trained_by_two_processes_are_those_of_one()
    {
        double[] alone = InAll(1, Train)[0];
        double[][] together = InAll(2, Train);

        together[1].Should().Equal(together[0]);
        together[0].Zip(alone, (value, other) => Math.Abs(value - other)).Max().Should().BeLessThan(1e-12);

        double[] Train(ProcessGroup processes, MultimodalModel unused)
        {
            using var scope = NewDisposeScope();
            using var teachers = Teachers();
            new UnimodalTeacherTrainer(teachers, Toy.Task, Toy.Options(2) with { Processes = processes })
                .Fit(_data.Shuffled(16, 1), _data.InOrder(32));
            return [.. teachers.parameters().SelectMany(parameter => parameter.flatten().data<double>().ToArray())];
        }

        static UnimodalEnsemble Teachers()
        {
            using var turn = Drawing.EnterScope();
            random.manual_seed(4);
            var ensemble = new UnimodalEnsemble(
                [new("a", new Mlp(Toy.Inputs, 8, Toy.Width)), new("b", new Mlp(Toy.Inputs + 1, 8, Toy.Width))],
                [nn.Linear(Toy.Width, Toy.Classes), nn.Linear(Toy.Width, Toy.Classes)]);
            ensemble.to(ScalarType.Float64);
            return ensemble;
        }
    }

    [Fact]
    public void A_monitor_measures_the_gradients_of_all_processes()
    {
        double[] alone = InAll(1, Measure)[0];
        double[][] together = InAll(2, Measure);

        foreach (double[] measured in together)
        {
            measured.Should().HaveSameCount(alone);
            measured.Zip(alone, (value, other) => Math.Abs(value - other) / Math.Max(1, Math.Abs(other))).Max().Should().BeLessThan(1e-10);
        }

        double[] Measure(ProcessGroup processes, MultimodalModel model)
        {
            using var monitor = new BalanceMonitor(every: 2);
            Fit(model, processes, options => options with { Callbacks = [monitor], Teachers = new ToyTeachers(2) });
            var measured = monitor.Read();
            return [.. measured.Conflicts.Concat(measured.Distillation).SelectMany(row => row).SelectMany(pair =>
                new[] { pair!.Value.FirstSquared, pair.Value.Dot, pair.Value.SecondSquared })];
        }
    }

    private TrainingResult Fit(
        MultimodalModel model,
        ProcessGroup processes,
        Func<TrainerOptions, TrainerOptions> change,
        int seed = 1,
        CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        using var strategy = new UniformBaseline();
        var options = change(Toy.Options(1) with { Processes = processes });
        return new Trainer(model, Toy.Task, strategy, options)
            .Fit(_data.Shuffled(16, seed), null, cancellation);
    }

    private static void InAll(int size, Action<ProcessGroup, MultimodalModel> action) => InAll(size, (processes, model) =>
    {
        action(processes, model);
        return 0;
    });

    /// <summary>Does the same in every process, with a model of its own.</summary>
    private static T[] InAll<T>(int size, Func<ProcessGroup, MultimodalModel, T> action)
    {
        using var scope = NewDisposeScope();
        var models = Enumerable.Range(0, size).Select(_ => Toy.Model()).ToArray();
        foreach (var model in models)
        {
            model.to(ScalarType.Float64);
        }

        return ProcessThreads.Run(ProcessThreads.Group(size), member => action(member, models[member.Rank]));
    }

    /// <summary>A callback of every process.</summary>
    private sealed class Everywhere : TrainingCallback
    {
        public Action Ended { get; init; } = () => { };

        public Action<long> Stepped { get; set; } = _ => { };

        public long Steps { get; private set; }

        public override bool RunsInEveryProcess => true;

        public override void OnStep(ModalityBalance.Gradients.TrainingStep step, StepReport report)
        {
            Steps++;
            Stepped(step.Index);
        }

        public override void OnEpochEnd(EpochSummary summary) => Ended();
    }

    private sealed class Stopping(int afterEpochs) : TrainingCallback
    {
        public override void OnEpochEnd(EpochSummary summary)
        {
            if (Run.Epoch == afterEpochs)
            {
                Run.Stop("Enough.");
            }
        }
    }

    /// <summary>Joint training whose second step is not finite in process 1.</summary>
    private sealed class NaNOnce(int rank) : GradientStrategy
    {
        public override StepReport ComputeGradients(ModalityBalance.Gradients.TrainingStep step)
        {
            step.Encode();
            var loss = step.TaskLoss();
            if (rank == 1 && step.Index == 1)
            {
                loss *= double.NaN;
            }

            step.Backward(loss);
            return new StepReport(step.Sum(loss.detach()), null);
        }
    }
}
