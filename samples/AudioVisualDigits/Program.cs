using System.Text;
using AudioVisualDigits;

Console.OutputEncoding = Encoding.UTF8;
using var output = new UnbrokenWriter(Console.Out);
using var error = new UnbrokenWriter(Console.Error);
// Spectre.Console recognizes a terminal by its being Console.Out.
Console.SetOut(output);

// Not disposed: Ctrl-C may come until the process is gone.
var cancellation = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    cancellation.Cancel();
};
var code = ProcessJob.Run(Console.Out, error, args, cancellation.Token);
if (output.Failure is null)
    return code;
error.WriteLine($"The standard output must be writable, but writing failed: {output.Failure.Message}");
return DigitsProgram.BadInput;
