// Uses every optional package once, and prints a line for each: reads files as AV-MNIST ships them, trains on them with a log and a
// progress bar, draws the curves, and asks MPI for the processes.
using System.Text;
using Microsoft.Extensions.Logging;
using ModalityBalance.Datasets;
using ModalityBalance.Logging;
using ModalityBalance.Mpi;
using ModalityBalance.Plots;
using ModalityBalance.SpectreConsole;
using Spectre.Console;

const int Samples = 20;

using var everything = NewDisposeScope();
random.manual_seed(1);
string folder = Directory.CreateDirectory("avmnist").FullName;
Directory.CreateDirectory(Path.Combine(folder, "image"));
Directory.CreateDirectory(Path.Combine(folder, "audio"));
WriteArray("train_labels.npy", [Samples], i => i % 10);
WriteArray("image/train_data.npy", [Samples, 784], i => i / 784 % 10 * 20);
WriteArray("audio/train_data.npy", [Samples, 112, 112], i => i / 12544 % 10 * 20);
var digits = AvMnist.Read(folder, "train");
Console.WriteLine($"Datasets {digits.Count}");

var log = new ListLogger();
using var model = new MultimodalModel(
    [new ModalityEncoder("image", new SmallCnn()), new ModalityEncoder("audio", new SmallCnn())],
    widths => new LateFusion(widths, outputs: 10));
var result = AnsiConsole.Progress().Start(context => new Trainer(model, AvMnist.Task, new MMPareto(), new TrainerOptions
{
    Epochs = 2,
    Optimizer = network => optim.SGD(network.Root.parameters(), 0.05),
    Callbacks = [new LoggerCallback(log), new ProgressCallback(context, "mmpareto")],
}).Fit(digits.Shuffled(10, seed: 1), digits.InOrder(10)));
Console.WriteLine($"SpectreConsole {result.Epochs.Count}");
Console.WriteLine($"Logging {log.Lines.Count}");

TrainingCharts.LearningCurves(result, model.Modalities).SavePng("curves.png");
Console.WriteLine($"Plots {new FileInfo("curves.png").Length}");

try
{
    using var processes = MpiProcessGroup.Start();
    Console.WriteLine($"Mpi {processes.Size}");
}
catch (PlatformNotSupportedException e)
{
    Console.WriteLine($"Mpi none: {e.Message}");
}

// A NumPy file of floats: magic, version, length of the header, header, values.
void WriteArray(string name, int[] shape, Func<int, int> value)
{
    string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Join(", ", shape)},), }}".PadRight(117) + "\n";
    using var file = new BinaryWriter(File.Create(Path.Combine(folder, name)));
    file.Write([0x93, .. "NUMPY"u8, 1, 0]);
    file.Write((short)header.Length);
    file.Write(Encoding.ASCII.GetBytes(header));
    for (int i = 0; i < shape.Aggregate(1, (product, size) => product * size); i++)
        file.Write((float)value(i));
}

internal sealed class ListLogger : ILogger
{
    public List<string> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Add(formatter(state, exception));
}
