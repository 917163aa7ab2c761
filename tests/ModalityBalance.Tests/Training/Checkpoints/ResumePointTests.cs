using ModalityBalance.Data;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Training;

/// <summary>From whatever moment a checkpoint is, the run goes on from it as it would have.</summary>
public class ResumePointTests : CheckpointedRuns
{
    [Fact]
    public void An_epoch_under_way_is_ended_although_a_stop_was_asked_for()
    {
        static Hooks StopInStep(int index)
        {
            TrainingRun? run = null;
            return new Hooks
            {
                FitStart = started => run = started,
                Step = (step, _) =>
                {
                    if (step.Index == index)
                    {
                        run!.Stop("It is enough.");
                    }
                },
            };
        }

        using var scope = NewDisposeScope();
        var (result, whole) = Train("joint", 5, before: StopInStep(7));
        Train("joint", 5, stopAfterStep: 10, before: StopInStep(7));
        var (resumed, state) = Train("joint", 5, resume: true);

        result.Epochs.Should().HaveCount(2);
        state.Should().BeEquivalentTo(whole);
        Comparable(resumed).Should().BeEquivalentTo(Comparable(result));
    }

    [Fact]
    public void A_finished_run_is_resumed_at_its_end()
    {
        using var scope = NewDisposeScope();
        var (first, state) = Train("g2d", 3);
        var (again, stateAgain) = Train("g2d", 3, resume: true);

        stateAgain.Should().BeEquivalentTo(state);
        Comparable(again).Should().BeEquivalentTo(Comparable(first));
    }

    [Fact]
    public void A_resumed_run_saved_before_its_first_step_is_the_same()
    {
        using var scope = NewDisposeScope();
        string copy = Place("copy.checkpoint");
        TrainingRun? run = null;
        var save = new Hooks { FitStart = started => run = started, EpochStart = _ => Save(run!, copy) };
        var (_, whole) = Train("joint", 3, dropout: true);
        Train("joint", 3, stopAfterStep: 8, dropout: true);

        Train("joint", 3, resume: true, dropout: true, before: save);
        Directory.Delete(Folder, recursive: true);
        var (_, resumed) = Train("joint", 3, resumeFrom: copy, dropout: true);

        resumed.Should().BeEquivalentTo(whole);
    }

    [Fact]
    public void A_cancellation_while_batches_are_passed_over_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var (_, whole) = Train("joint", 3, dropout: true);
        Train("joint", 3, stopAfterStep: 8, dropout: true);

        FluentActions.Invoking(() => Train(
            "joint", 3, resume: true, dropout: true, data: batches => new CancelledSource(batches)))
            .Should().Throw<OperationCanceledException>();
        var (_, resumed) = Train("joint", 3, resume: true, dropout: true);

        resumed.Should().BeEquivalentTo(whole);
    }

    [Fact]
    public void A_run_cannot_be_saved_while_callbacks_are_told_of_its_start()
    {
        using var scope = NewDisposeScope();
        var save = new Hooks { FitStart = run => run.Save(Place("early.checkpoint")) };

        FluentActions.Invoking(() => Train("joint", 1, before: save))
            .Should().Throw<InvalidOperationException>().WithMessage("*OnEpochStart*");
    }

    /// <summary>Saves the first time alone.</summary>
    private static void Save(TrainingRun run, string path)
    {
        if (!File.Exists(path))
        {
            run.Save(path);
        }
    }

    /// <summary>Data that are canceled after a batch.</summary>
    private sealed class CancelledSource(IBatchSource source) : IBatchSource
    {
        public int? BatchCount => source.BatchCount;

        public string Description => source.Description;

        public IEnumerable<MultimodalBatch> Batches(int epoch)
        {
            yield return source.Batches(epoch).First();
            throw new OperationCanceledException();
        }
    }
}
