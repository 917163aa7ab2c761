using System.Diagnostics;
using System.Globalization;
using ModalityBalance.Benchmarks.CommandLine;
using ModalityBalance.Benchmarks.Networks;
using ModalityBalance.Benchmarks.Steps;
using ModalityBalance.Training;

namespace ModalityBalance.Benchmarks.Loop;

/// <summary>Kills trainings at random moments and lets others resume from what they left.</summary>
internal sealed class KillTrials(StepSetting setting, int processes = 1) : IDisposable
{
    private readonly ScratchFolder _scratch = new();
    private readonly Random _random = new(1);
    private readonly Dictionary<string, Undisturbed> _undisturbed = [];

    /// <summary>The strategies take turns.</summary>
    public IEnumerable<KillTrial> Run(int kills) =>
        Enumerable.Range(0, kills).Select(i => Run(StrategyCase.All[i % StrategyCase.All.Count].Title, $"killed{i}"));

    public void Dispose() => _scratch.Dispose();

    private KillTrial Run(string strategy, string name)
    {
        if (!_undisturbed.TryGetValue(strategy, out var whole))
        {
            whole = Finish(strategy, strategy);
            _undisturbed.Add(strategy, whole);
        }

        double delay = _random.NextDouble() * whole.Seconds;
        bool isKilled = Kill(strategy, name, TimeSpan.FromSeconds(delay));
        var resumed = Finish(strategy, name);
        return new KillTrial(strategy, isKilled ? delay : null, resumed.Start, resumed.Digest == whole.Digest);
    }

    /// <summary>Kills a training some time after its first checkpoint.</summary>
    /// <returns>Whether it was still there.</returns>
    private bool Kill(string strategy, string name, TimeSpan delay)
    {
        using var process = Start(strategy, name);
        bool isKilled = !process.WaitForExit(delay);
        if (isKilled)
        {
            KillChild.Kill(FolderOf(name), _random.Next(processes));
        }

        process.WaitForExit();
        return isKilled;
    }

    /// <summary>Lets a training come to its end.</summary>
    private Undisturbed Finish(string strategy, string name)
    {
        using var process = Start(strategy, name);
        long start = Stopwatch.GetTimestamp();
        string[] result = process.StandardOutput.ReadToEnd().TrimEnd('\n').Split(' ');
        process.WaitForExit();
        return process.ExitCode == 0
            ? new Undisturbed(
                Stopwatch.GetElapsedTime(start).TotalSeconds,
                long.TryParse(result[0], CultureInfo.InvariantCulture, out long at) ? at : null,
                result[1])
            : throw new BadInputException($"A training ended with code {process.ExitCode}.");
    }

    /// <summary>A training that has written a checkpoint, or has ended.</summary>
    private Process Start(string strategy, string name)
    {
        string folder = FolderOf(name);
        var process = KillChild.Start(setting, strategy, folder, processes);
        while (Checkpoint.FindNewest(folder) is null && !process.HasExited)
        {
            Thread.Sleep(5);
        }

        return process;
    }

    private string FolderOf(string name) => Path.Combine(_scratch.Path, name);

    /// <param name="Seconds">From its first checkpoint to its end.</param>
    /// <param name="Start">The step it began after; null if nothing was left to do.</param>
    /// <param name="Digest">Of what it learned.</param>
    private sealed record Undisturbed(double Seconds, long? Start, string Digest);
}
