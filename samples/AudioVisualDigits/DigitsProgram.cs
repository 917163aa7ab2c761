using System.CommandLine;
using AudioVisualDigits.Commands;
using AudioVisualDigits.Data;

namespace AudioVisualDigits;

/// <summary>The program without its process: reads a command line, writes to two writers, gives an exit code.</summary>
/// <param name="output">Where progress and results go.</param>
/// <param name="error">Where the one sentence goes that says what is wrong.</param>
/// <param name="load">Makes the digits; null for the real ones of a folder, or the embedded ones without.</param>
internal sealed class DigitsProgram(TextWriter output, TextWriter error, DigitLoader? load = null)
{
    public const int Success = 0;
    public const int BadInput = 2;
    public const int Cancelled = 130;

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
        catch (OperationCanceledException)
        {
            error.WriteLine("Cancelled: no result was written. What was learnt is kept. To go on:");
            error.WriteLine(ResumeCommand(given));
            return Cancelled;
        }
    }

    private static string ResumeCommand(IEnumerable<string> args) => string.Join(' ', args
        .Where(arg => arg != CommonOptions.Resume).Append(CommonOptions.Resume)
        .Select(arg => arg.All(c => char.IsLetterOrDigit(c) || "-_./,=".Contains(c)) ? arg : $"'{arg.Replace("'", @"'\''")}'")
        .Prepend("bash eng/demo.sh"));

    private int Invoke(string[] args, CancellationToken cancellation)
    {
        var study = new Study(new WorkDisplay(output), load ?? DigitLoading.Load, args, cancellation);
        var root = new RootCommand(
            "Trains multimodal networks on spoken and written digits, and shows what each modality learnt.")
        {
            TrainCommand.Create(study),
            CompareCommand.Create(study),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
            throw new BadInputException(parsed.CommandResult.Command == root
                ? $"The first argument must be {TrainCommand.Name} or {CompareCommand.Name}, but is '{args[0]}'."
                : parsed.Errors[0].Message);
        return parsed.Invoke(new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
        });
    }
}
