using ModalityBalance.Storage;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Training;

/// <summary>What fails to be written leaves the earlier checkpoints as they were.</summary>
public class CheckpointFailureTests : CheckpointedRuns
{
    [Fact]
    public void An_error_in_a_step_leaves_the_last_checkpoint_usable()
    {
        using var scope = NewDisposeScope();
        var (_, whole) = Train("mmpareto", 2);
        Directory.Delete(Folder, recursive: true);

        FluentActions.Invoking(() => Train("mmpareto", 2, failAtStep: 7)).Should().Throw<InsufficientMemoryException>();
        var (_, resumed) = Train("mmpareto", 2, resume: true);

        resumed.Should().BeEquivalentTo(whole);
    }

    [Fact]
    public void A_write_that_fails_leaves_the_earlier_ones_and_can_be_survived()
    {
        using var scope = NewDisposeScope();
        var failures = new List<IOException>();
        var survive = new CheckpointOptions { OnFailure = failures.Add };
        var block = new Hooks { EpochEnd = summary => Block(summary.Epoch == 1) };

        Train("joint", 4, checkpoints: survive, before: block);

        failures.Should().ContainSingle();
        Checkpoint.FindNewest(Folder).Should().EndWith("step-000000000024.checkpoint");
        Directory.Delete(Folder, recursive: true);
        FluentActions.Invoking(() => Train("joint", 4, before: block)).Should().Throw<IOException>();
        Block(false);
        Checkpoint.FindNewest(Folder).Should().EndWith("step-000000000006.checkpoint");
    }

    [Fact]
    public void Denied_access_is_an_error_of_writing()
    {
        using var scope = NewDisposeScope();
        TrainingRun? run = null;
        var save = new Hooks { FitStart = started => run = started, EpochStart = _ => run!.Save("/sys/a.checkpoint") };
        using var model = Toy.Model();
        var options = Options(1, "SGD") with { Callbacks = [new CheckpointWriter("/sys/a")] };

        FluentActions.Invoking(() => Train("joint", 1, before: save)).Should().Throw<IOException>()
            .WithMessage("path must be a place that can be written, but '/sys/a.checkpoint' is not: *");
        new Trainer(model, Toy.Task, new JointTraining(), options)
            .Invoking(trainer => trainer.Fit(Toy.Data().InOrder(8))).Should().Throw<IOException>()
            .WithMessage("folder must be a place that can be written, but '/sys/a' is not: *");
    }

    [Fact]
    public void A_full_disk_leaves_nothing_behind()
    {
        Directory.CreateDirectory(Folder);

        FluentActions.Invoking(Write).Should().Throw<IOException>().WithMessage("The disk is full.");

        Directory.GetFiles(Folder).Should().BeEmpty();

        void Write()
        {
            var kind = new FileKind("file", new byte[8], 1);
            using var file = new CheckedFileWriter(Step(1), kind, path => new FullDisk(path));
            file.Append(new byte[100]);
            file.Commit("{}"u8);
        }
    }

    [Fact]
    public void A_callback_that_fails_when_interrupted_does_not_cost_the_checkpoint()
    {
        using var scope = NewDisposeScope();
        var failing = new Hooks { Interrupted = () => throw new InvalidOperationException("mine") };

        FluentActions.Invoking(() => Train("joint", 3, stopAfterStep: 8, before: failing))
            .Should().Throw<InvalidOperationException>().WithMessage("mine");

        Checkpoint.FindNewest(Folder).Should().Be(Step(8));
    }

    /// <summary>Makes the writing of step 12's checkpoint fail: its place is taken by a folder.</summary>
    private void Block(bool yes)
    {
        string place = Step(12);
        if (yes)
        {
            Directory.CreateDirectory(Path.Combine(place, "in the way"));
        }
        else if (Directory.Exists(place))
        {
            Directory.Delete(place, recursive: true);
        }
    }

    /// <summary>A file that does not fit: what is buffered is there again when it is closed.</summary>
    private sealed class FullDisk(string path) : FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite)
    {
        public override void Flush(bool flushToDisk) => throw new IOException("The disk is full.");

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (disposing)
            {
                throw new IOException("The disk is still full.");
            }
        }
    }
}
