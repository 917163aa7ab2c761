using ModalityBalance.Benchmarks.Parallel;

namespace ModalityBalance.Benchmarks.Tests;

/// <summary>Steps of several processes: not how long they take, but what they send and that nothing is left out.</summary>
public sealed class ParallelTests
{
    [Fact]
    public void Pareto_methods_send_at_most_half_as_many_bytes_again_as_joint_training()
    {
        using var error = new StringWriter();
        using var output = new StringWriter();
        string file = Path.GetTempFileName();
        int code = new BenchmarkProgram(output, error).Run(
            "data-parallel", "--encoders", "mlp", "--batch", "8", "--rounds", "2", "--threads", "1", "--json", file);
        if (code == BenchmarkProgram.BadInput && error.ToString().Contains("mpiexec of MPICH", StringComparison.Ordinal))
        {
            return; // said in one sentence where MPICH is not installed
        }

        (code, error.ToString()).Should().Be((0, ""));
        using var json = System.Text.Json.JsonDocument.Parse(File.ReadAllText(file));
        var bytes = json.RootElement.EnumerateArray().ToDictionary(
            row => row.GetProperty("strategy").GetString()!, row => row.GetProperty("bytesOfJoint").GetDouble());

        // The counts of samples, means and inner products of a network as small as this one are 2 % of its gradients.
        bytes["mmpareto"].Should().BeInRange(1.2, 1.53);
        bytes["pareto"].Should().BeInRange(1.2, 1.53);
        bytes["i2mcl"].Should().BeInRange(1, 1.03);
        bytes["g2d-prioritized"].Should().BeLessThan(0.6);
    }

    [Theory]
    [InlineData(2, 60.0 / 63.56)]
    [InlineData(1024, 60 / (60 + (7.12 * 1023 / 1024)))]
    public void Without_overlap_the_efficiency_is_that_of_the_formula(int processes, double expected)
    {
        // 89 MB over 25 GB/s, twice: 7.12 ms.
        Efficiency.InTurn(0.06, 0.00712, processes).Should().BeApproximately(expected, 1e-12);
    }

    [Fact]
    public void With_overlap_only_the_last_encoders_sum_is_waited_for_unless_sums_are_slower_than_encoders()
    {
        // Two encoders of 20 ms each: a sum of 4 ms of the first hides behind the second.
        Efficiency.Overlapped(0.06, 0.04, 2 * 0.008, 2, 2).Should().BeApproximately(60.0 / 64, 1e-12);

        // Sums of 50 ms each: 40 ms after the start the first begins, the second follows it.
        Efficiency.Overlapped(0.06, 0.04, 2 * 0.1, 2, 2).Should().BeApproximately(60.0 / (40 + 50 + 50), 1e-12);
    }

    [Theory]
    [InlineData("mlp", "3 of 3 layers are cheaper; ")]
    [InlineData("cnn", "0 of 4 layers are cheaper; 0.0 % of one pass of weight gradients is saved; "
        + "a step costs at best 1.667 of joint training.")]
    public void Savings_of_ghost_products_are_counted(string encoders, string expected)
    {
        using var output = new StringWriter();

        new BenchmarkProgram(output, TextWriter.Null).Run("ghost", "--encoders", encoders, "--batch", "8").Should().Be(0);

        output.ToString().Should().StartWith(expected);
    }
}
