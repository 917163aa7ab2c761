using ModalityBalance.Tests.Contract;

namespace ModalityBalance.Mpi.Tests;

/// <summary>Real processes over MPICH. That they equal one process for every strategy is tested with threads in the library's own
/// suite; here the same is seen with what crosses process boundaries.</summary>
public sealed class MpiProcessGroupTests : IDisposable
{
    // In double: the processes add in another order than one process.
    private const double Tolerance = 1e-12;

    private readonly string _folder = Directory.CreateTempSubdirectory("mpi").FullName;

    [MpiFact]
    public void Two_processes_end_where_one_ends_for_every_strategy() => EndWhereOneEnds(2, 2, [.. StrategyTable.Names]);

    [MpiFact]
    public void Three_processes_end_where_one_ends() =>
        EndWhereOneEnds(3, 3, "joint", "mmpareto", "i2mcl", "g2d prioritized", "ogm-ge", "pmr", "mla", "di-mml");

    [MpiFact]
    public void A_killed_process_ends_all_and_the_run_resumes_bit_for_bit()
    {
        string undisturbed = Directory.CreateDirectory(Path.Combine(_folder, "undisturbed")).FullName;
        string checkpoints = Path.Combine(_folder, "checkpoints");
        MpiJob.Run(2, undisturbed, "2", "mmpareto", "dropout=yes").ExitCode.Should().Be(0);

        var killed = MpiJob.Run(
            2, _folder, "2", "mmpareto", "dropout=yes", $"checkpoints={checkpoints}", "fault=die", "step=17");
        var resumed = MpiJob.Run(2, _folder, "2", "mmpareto", "dropout=yes", $"checkpoints={checkpoints}", "resume=yes");

        killed.ExitCode.Should().NotBe(0);
        resumed.Should().Be((0, ""));
        foreach (int rank in new[] { 0, 1 })
        {
            MpiJob.Parameters(_folder, "mmpareto", rank).Should().Equal(MpiJob.Parameters(undisturbed, "mmpareto", rank));
        }
    }

    [MpiFact]
    public void A_run_of_two_processes_resumes_in_three()
    {
        string checkpoints = Path.Combine(_folder, "checkpoints");
        string alone = Directory.CreateDirectory(Path.Combine(_folder, "alone")).FullName;
        MpiJob.Run(0, alone, "2", "i2mcl").ExitCode.Should().Be(0);
        MpiJob.Run(2, _folder, "2", "i2mcl", $"checkpoints={checkpoints}", "fault=die", "step=17").ExitCode.Should().NotBe(0);

        MpiJob.Run(3, _folder, "2", "i2mcl", $"checkpoints={checkpoints}", "resume=yes").Should().Be((0, ""));

        Largest(MpiJob.Parameters(_folder, "i2mcl", 2), MpiJob.Parameters(alone, "i2mcl", 0)).Should().BeLessThan(Tolerance);
    }

    [MpiFact]
    public void A_process_that_hangs_ends_all_with_a_sentence_after_the_time_limit()
    {
        var (exitCode, error) = MpiJob.Run(2, _folder, "2", "joint", "fault=hang", "step=5", "limit=2");

        exitCode.Should().Be(2);
        error.Should().Contain("All 2 processes must take part within 2 s, but process 0 waited for longer");
    }

    [MpiFact]
    public void Different_options_and_data_are_refused_before_training()
    {
        var rate = MpiJob.Run(2, _folder, "2", "joint", "fault=rate");
        var batch = MpiJob.Run(2, _folder, "2", "joint", "fault=batch");

        rate.ExitCode.Should().Be(2);
        rate.Error.Should().Contain("All processes must train the same, but process 1 does not")
            .And.Contain("learning rates 0.02").And.Contain("in process 1").And.Contain("learning rates 0.03");
        batch.ExitCode.Should().Be(2);
        batch.Error.Should().Contain("The training data is").And.Contain("in batches of 16").And.Contain("in batches of 8");
        Directory.EnumerateFiles(_folder).Should().BeEmpty();
    }

    [MpiFact]
    public void More_processes_than_samples_of_a_batch_are_refused_before_training()
    {
        var (exitCode, error) = MpiJob.Run(6, _folder, "2", "joint");

        exitCode.Should().Be(2);
        error.Should().Contain("at least one sample per batch for each of the 6 processes, but its smallest batch holds 5");
    }

    [Fact]
    public void Without_mpiexec_or_without_MPICH_there_is_one_process_or_a_sentence()
    {
        var (exitCode, error) = MpiJob.Run(0, _folder, "2", "joint");

        if (MpiJob.Launcher is null && exitCode != 0)
        {
            (exitCode, error.Contains("MPICH must be installed", StringComparison.Ordinal)).Should().Be((2, true));
        }
        else
        {
            (exitCode, error).Should().Be((0, ""));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static double Largest(double[] values, double[] expected) =>
        values.Zip(expected, (value, other) => Math.Abs(value - other) / Math.Max(1, Math.Abs(other))).Max();

    private void EndWhereOneEnds(int processes, int modalities, params string[] strategies)
    {
        string alone = Directory.CreateDirectory(Path.Combine(_folder, "alone")).FullName;
        MpiJob.Run(0, [alone, $"{modalities}", .. strategies]).Should().Be((0, ""));

        MpiJob.Run(processes, [_folder, $"{modalities}", .. strategies]).Should().Be((0, ""));

        foreach (string strategy in strategies)
        {
            double[] together = MpiJob.Parameters(_folder, strategy, 0);
            Largest(together, MpiJob.Parameters(alone, strategy, 0)).Should().BeLessThan(Tolerance, strategy);
            for (int rank = 1; rank < processes; rank++)
            {
                MpiJob.Parameters(_folder, strategy, rank).Should().Equal(together, strategy);
            }
        }
    }
}
