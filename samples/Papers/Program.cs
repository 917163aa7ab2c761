using Papers;

using var cancellation = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    cancellation.Cancel();
};
return new PapersProgram(Console.Out, Console.Error).Run(args, cancellation.Token);
