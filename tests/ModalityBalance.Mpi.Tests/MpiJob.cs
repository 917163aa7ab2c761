using System.Diagnostics;

namespace ModalityBalance.Mpi.Tests;

/// <summary>Runs the worker program in several processes.</summary>
internal static class MpiJob
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>mpiexec, by the name that only MPICH gives it; null if it is not installed.</summary>
    public static string? Launcher { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "mpiexec.hydra")).FirstOrDefault(File.Exists);

    /// <summary>Runs the worker to its end.</summary>
    /// <param name="processes">How many; 0 for one that mpiexec does not start.</param>
    /// <param name="arguments">The worker's.</param>
    public static (int ExitCode, string Error) Run(int processes, params string[] arguments)
    {
        string worker = Path.Combine(AppContext.BaseDirectory, "ModalityBalance.Mpi.Worker.dll");
        string[] command = processes == 0
            ? ["dotnet", worker, .. arguments]
            : [Launcher!, "-n", $"{processes}", "dotnet", worker, .. arguments];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{string.Join(' ', command)}' must end within {Patience}, but did not.");
        }

        return (process.ExitCode, error.GetAwaiter().GetResult());
    }

    /// <summary>The parameters that a worker has left.</summary>
    public static double[] Parameters(string folder, string strategy, int rank)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(folder, $"{strategy}.{rank}"));
        return [.. Enumerable.Range(0, bytes.Length / sizeof(double)).Select(i => BitConverter.ToDouble(bytes, i * sizeof(double)))];
    }
}
