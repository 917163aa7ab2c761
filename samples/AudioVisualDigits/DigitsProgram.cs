using System.CommandLine;
using AudioVisualDigits.Commands;
using AudioVisualDigits.Data;
using ModalityBalance.Distributed;

namespace AudioVisualDigits;

/// <summary>The program without its process: reads a command line, writes to two writers, gives an exit code.</summary>
/// <param name="output">Where progress and results go.</param>
/// <param name="error">Where the one sentence goes that says what is wrong.</param>
/// <param name="load">Makes the digits; null for the real ones of a folder, or the embedded ones without.</param>
/// <param name="processes">Those that train together; null for this one alone.</param>
internal sealed class DigitsProgram(
    TextWriter output, TextWriter error, DigitLoader? load = null, ProcessGroup? processes = null)
{
    public const int Success = 0;
    public const int BadInput = 2;
    public const int Canceled = 130;

    private readonly ProcessGroup _processes = processes ?? ProcessGroup.SingleProcess;

    /// <summary>Runs the program; no arguments at all mean the default comparison.</summary>
    public int Run(string[] args, CancellationToken cancellation = default)
    {
        string[] given = args.Length > 0 ? args : [CompareCommand.Name];
        try
        {
            return Invoke(given, cancellation);
        }
        catch (BadInputException e)
        {
            error.WriteLine(e.Message);
            return BadInput;
        }
        catch (TimeoutException e)
        {
            error.WriteLine(e.Message);
            error.WriteLine("Finished runs and checkpoints are kept; to resume:");
            error.WriteLine(NextCommand(given));
            return BadInput;
        }
        catch (OperationCanceledException)
        {
            error.WriteLine(given[0] == DiagnoseCommand.Name
                ? "Canceled: no result was written. Finished teachers are kept; to begin again with them:"
                : "Canceled: no result was written. Finished runs and checkpoints are kept; to resume:");
            error.WriteLine(NextCommand(given));
            return Canceled;
        }
    }

    // A diagnosis has no checkpoints.
    private string NextCommand(string[] args) => string.Join(' ', args
        .Where(arg => arg != RunOptions.Resume)
        .Concat(args[0] == DiagnoseCommand.Name ? [] : [RunOptions.Resume])
        .Select(Quoted)
        .Prepend(_processes.Size == 1
            ? "bash eng/demo.sh"
            : $"mpiexec -n {_processes.Size} dotnet run -c Release --no-build --project samples/AudioVisualDigits --"));

    private static string Quoted(string arg) =>
        arg.Length > 0 && arg.All(c => char.IsLetterOrDigit(c) || "-_./,=".Contains(c))
            ? arg
            : $"'{arg.Replace("'", @"'\''")}'";

    private int Invoke(string[] args, CancellationToken cancellation)
    {
        var study = new Study(new WorkDisplay(output), load ?? DigitLoading.Load, args, _processes, cancellation);
        var root = new RootCommand(
            "Trains multimodal networks on spoken and written digits, and shows what each modality learned.")
        {
            TrainCommand.Create(study),
            CompareCommand.Create(study),
            DiagnoseCommand.Create(study),
            StrategiesCommand.Create(output),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
            throw new BadInputException(parsed.CommandResult.Command == root
                ? $"The first argument must be {TrainCommand.Name}, {CompareCommand.Name}, {DiagnoseCommand.Name} or "
                    + $"{StrategiesCommand.Name}, but is '{args[0]}'."
                : parsed.Errors[0].Message);
        return parsed.Invoke(new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
        });
    }
}
