using System.Diagnostics;
using System.Globalization;
using ModalityBalance.Benchmarks.CommandLine;

namespace ModalityBalance.Benchmarks.Parallel;

/// <summary>Starts this program again, in one or in several processes.</summary>
internal static class MpiLauncher
{
    private static readonly string? Launcher = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "mpiexec.hydra")).FirstOrDefault(File.Exists);

    /// <summary>How to start the program.</summary>
    /// <param name="processes">How many; 1 is started without mpiexec.</param>
    /// <param name="arguments">Its command line.</param>
    /// <exception cref="BadInputException">MPICH is not installed.</exception>
    public static ProcessStartInfo Start(int processes, params IEnumerable<string> arguments)
    {
        string program = Path.ChangeExtension(typeof(MpiLauncher).Assembly.Location, null);
        if (processes == 1)
        {
            return new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        }

        string launcher = Launcher ?? throw new BadInputException(
            "--processes needs the mpiexec of MPICH, but there is none on PATH: on Debian and Ubuntu, apt-get install mpich.");
        return new ProcessStartInfo(
            launcher, ["-n", processes.ToString(CultureInfo.InvariantCulture), program, .. arguments])
        {
            RedirectStandardOutput = true,
        };
    }
}
