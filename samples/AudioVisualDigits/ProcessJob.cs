using System.Globalization;
using ModalityBalance.Mpi;
using static TorchSharp.torch;

namespace AudioVisualDigits;

/// <summary>Runs the program in this process, or as one of those that mpiexec has started: then the first speaks for
/// all.</summary>
internal static class ProcessJob
{
    // How long another process leaves to the first to say what is wrong.
    private static readonly TimeSpan Precedence = TimeSpan.FromSeconds(5);

    /// <inheritdoc cref="DigitsProgram.Run"/>
    public static int Run(TextWriter output, TextWriter error, string[] args, CancellationToken cancellation)
    {
        if (!MpiProcessGroup.IsLaunched)
            return new DigitsProgram(output, error).Run(args, cancellation);
        try
        {
            using var processes = MpiProcessGroup.Start();
            ShareCores();
            return Run(processes, output, error, args, cancellation);
        }
        catch (PlatformNotSupportedException e)
        {
            error.WriteLine(e.Message);
            return DigitsProgram.BadInput;
        }
    }

    private static int Run(
        MpiProcessGroup processes, TextWriter output, TextWriter error, string[] args, CancellationToken cancellation)
    {
        var isFirst = processes.Rank == 0;
        using var own = new StringWriter();
        var program = new DigitsProgram(isFirst ? output : TextWriter.Null, isFirst ? error : own, processes: processes);
        var code = program.Run(args, cancellation);
        if (code == DigitsProgram.Success)
            return code;
        if (!isFirst)
        {
            Thread.Sleep(Precedence);
            error.Write($"Process {processes.Rank}: {own}");
        }
        processes.Abort(code);
        return code;
    }

    /// <summary>Leaves each process of this machine its share of the cores, unless the user has said how many.</summary>
    private static void ShareCores()
    {
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is null
            && int.TryParse(Environment.GetEnvironmentVariable("MPI_LOCALNRANKS"), CultureInfo.InvariantCulture, out var here))
            set_num_threads(Math.Max(1, Environment.ProcessorCount / here));
    }
}
