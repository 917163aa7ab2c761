using ModalityBalance.Benchmarks.Loop;

namespace ModalityBalance.Benchmarks.Tests;

/// <summary>Tiny trainings: not how long anything takes, but that each is there.</summary>
public sealed class LoopTests
{
    [Fact]
    public void A_killed_training_ends_as_the_undisturbed_one()
    {
        var trial = ProgramRun.Json("kill", "--encoders", "mlp", "--batch", "4", "--kills", "1")[0];

        trial.GetProperty("killedAfterSeconds").GetDouble().Should().BePositive();
        trial.GetProperty("resumedAfterStep").GetInt64().Should().BePositive();
        trial.GetProperty("isIdentical").GetBoolean().Should().BeTrue();
    }

    [Fact]
    public void A_training_that_ended_by_itself_is_not_counted_as_killed()
    {
        using var output = new StringWriter();

        KillCommand.Write(output, [new("joint", 0.5, 40, true), new("umt", null, null, true)]);

        output.ToString().Should().ContainAll(
            "killed after 0.50 s, resumed after step 40, identical",
            "ended by itself, nothing left to resume, identical",
            "1 of 2 were killed, 2 ended bit for bit as the undisturbed one.");
    }

    [Fact]
    public void The_loop_is_measured()
    {
        var checkpoint = ProgramRun.Json("checkpoint", "--encoders", "mlp", "--batch", "4")[0];
        foreach (var figure in new[] { "mebibytes", "writeSeconds", "findSeconds", "loadSeconds" })
        {
            checkpoint.GetProperty(figure).GetDouble().Should().BePositive(figure);
        }

        var logs = ProgramRun.Json("observers", "--encoders", "mlp", "--batch", "4", "--rounds", "1")[0];
        logs.GetProperty("ratio").GetDouble().Should().BePositive();

        var memory = ProgramRun.Json("endurance", "--encoders", "mlp", "--batch", "4", "--steps", "2000");
        memory.EnumerateArray().Select(reading => reading.GetProperty("step").GetInt64())
            .Should().Equal(Enumerable.Range(1, 20).Select(i => 100L * i));
        memory.EnumerateArray().Should().OnlyContain(reading => reading.GetProperty("mebibytes").GetDouble() > 0);
    }
}
