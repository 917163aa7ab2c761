using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Training;

/// <summary>When checkpoints are written, which are kept, and what becomes of those that cannot be written.</summary>
public class CheckpointWriterTests : CheckpointedRuns
{
    [Fact]
    public void A_new_run_does_not_overwrite_another()
    {
        using var scope = NewDisposeScope();
        Train("joint", 1);

        FluentActions.Invoking(() => Train("joint", 1)).Should().Throw<InvalidOperationException>()
            .WithMessage("*step-000000000006.checkpoint*resume*");
    }

    [Fact]
    public void A_run_that_is_resumed_from_elsewhere_leaves_the_checkpoints_of_another()
    {
        using var scope = NewDisposeScope();
        Train("joint", 3);
        File.Copy(Step(12), Place("copy.checkpoint"));
        string[] before = Directory.GetFiles(Folder);

        FluentActions.Invoking(() => Train("joint", 3, resumeFrom: Place("copy.checkpoint")))
            .Should().Throw<InvalidOperationException>().WithMessage("*step-0000000000*.checkpoint*resume*");

        Directory.GetFiles(Folder).Should().BeEquivalentTo(before);
    }

    [Fact]
    public void A_file_of_the_users_is_no_checkpoint_of_a_step()
    {
        using var scope = NewDisposeScope();
        Train("joint", 2);
        string notes = Path.Combine(Folder, "step-notes.checkpoint");
        File.WriteAllText(notes, "mine");

        Train("joint", 6, resumeFrom: Step(6));

        File.ReadAllText(notes).Should().Be("mine");
        Checkpoint.FindNewest(Folder).Should().Be(Step(36));
    }

    [Fact]
    public void The_best_of_a_branch_that_was_left_is_removed()
    {
        using var scope = NewDisposeScope();
        string best = Path.Combine(Folder, "best.checkpoint");
        var kept = new CheckpointOptions { Keep = 100, KeepBest = true };
        var (result, _) = Train("uniform", 5, checkpoints: kept);
        result.BestEpoch.Should().BePositive("else the test shows nothing");
        bool? there = null;
        var look = new Hooks { EpochStart = _ => there ??= File.Exists(best) };

        Train("uniform", 5, resumeFrom: Step(30), checkpoints: kept, before: look);
        File.Exists(best).Should().BeTrue("it is of the same branch");
        Train("uniform", 5, resumeFrom: Step(6), checkpoints: kept, before: look);

        there.Should().BeFalse();
    }

    [Fact]
    public void A_second_run_is_kept_out_of_the_folder_until_the_first_is_over()
    {
        using var scope = NewDisposeScope();
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "run.lock"), "left by a killed process");
        var errors = new List<Exception>();
        var second = new Hooks
        {
            EpochEnd = _ => errors.Add(
                FluentActions.Invoking(() => Train("joint", 1)).Should().Throw<IOException>().Which),
        };

        Train("joint", 2, before: second);
        FluentActions.Invoking(() => Train("joint", 3, resume: true, failAtStep: 3))
            .Should().Throw<InsufficientMemoryException>();
        Train("joint", 3, resume: true);

        errors.Should().HaveCount(2).And.OnlyContain(error => error.Message.Contains($"'{Folder}'"));
        Directory.GetFiles(Folder, "*.lock").Should().BeEmpty();
    }

    [Fact]
    public void No_more_than_the_newest_are_kept_and_the_best()
    {
        using var scope = NewDisposeScope();
        Train("joint", 5, checkpoints: new CheckpointOptions { Keep = 3, EverySteps = 4, KeepBest = true });
        File.WriteAllText(Path.Combine(Folder, "step-000000000001.checkpoint.abc.tmp"), "left by a killed writer");

        Directory.GetFiles(Folder).Select(Path.GetFileName).Where(name => !name!.EndsWith(".tmp", StringComparison.Ordinal))
            .Should().BeEquivalentTo(
                "best.checkpoint", "step-000000000030.checkpoint", "step-000000000028.checkpoint",
                "step-000000000024.checkpoint");
        Train("joint", 6, resume: true);
        Directory.GetFiles(Folder, "*.tmp").Should().BeEmpty();
    }
}
