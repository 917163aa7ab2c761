using System.CommandLine;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks.CommandLine;

/// <summary>The options of every measurement: on what, and where the results go.</summary>
internal sealed class MachineOptions
{
    private const int MostThreads = 1024;

    private readonly Option<DeviceType> _device =
        Choices.Of("--device", "Where to compute", DeviceType.CPU, DeviceType.CUDA);

    private readonly Option<int> _threads = Choices.Number(
        "--threads", "Threads of libtorch on the CPU, by default all processors.", Environment.ProcessorCount, 1, MostThreads);

    private readonly Option<string?> _json = new("--json") { Description = "File for the results.", HelpName = "file" };

    public void AddTo(Command command)
    {
        command.Add(_device);
        command.Add(_threads);
        command.Add(_json);
    }

    /// <summary>Sets the threads and gives the device.</summary>
    /// <exception cref="BadInputException">There is no such device.</exception>
    public DeviceType Apply(ParseResult parsed)
    {
        set_num_threads(parsed.GetValue(_threads));
        var type = parsed.GetValue(_device);
        return type != DeviceType.CUDA || cuda.is_available()
            ? type
            : throw new BadInputException("--device must be there, but libtorch finds no CUDA device on this machine.");
    }

    /// <summary>The file for the results; null if none is wanted.</summary>
    /// <exception cref="BadInputException">It cannot be written.</exception>
    public JsonFile? File(ParseResult parsed) => parsed.GetValue(_json) is { } path ? JsonFile.Prepare(path) : null;
}
