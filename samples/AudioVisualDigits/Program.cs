using System.Text;
using AudioVisualDigits;

Console.OutputEncoding = Encoding.UTF8;
using var cancellation = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    cancellation.Cancel();
};
return new DigitsProgram(Console.Out, Console.Error).Run(args, cancellation.Token);
