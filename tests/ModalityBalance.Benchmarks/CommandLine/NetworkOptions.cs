using System.CommandLine;
using System.Globalization;
using ModalityBalance.Benchmarks.Networks;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks.CommandLine;

/// <summary>The options that say which network is measured.</summary>
internal sealed class NetworkOptions
{
    private const int MostModalities = 8;
    private const int LargestBatch = 65_536;

    private readonly Option<EncoderKind> _encoders =
        Choices.Of("--encoders", "The encoders", EncoderKind.Cnn, EncoderKind.Resnet18, EncoderKind.Mlp);

    private readonly Option<int> _modalities =
        Choices.Number("--modalities", "Number of encoders, 2 to 8.", 2, 2, MostModalities);

    private readonly Option<int> _batch = Choices.Number("--batch", "Samples per step.", 16, 1, LargestBatch);

    public MachineOptions Machine { get; } = new();

    public void AddTo(Command command)
    {
        command.Add(_encoders);
        command.Add(_modalities);
        command.Add(_batch);
        Machine.AddTo(command);
    }

    /// <summary>What to measure, with the threads set.</summary>
    /// <exception cref="BadInputException">There is no such device.</exception>
    public StepSetting Apply(ParseResult parsed) => new(
        parsed.GetValue(_encoders), parsed.GetValue(_modalities), parsed.GetValue(_batch), Machine.Apply(parsed));

    /// <summary>The options that give a setting again, for a child process with the same threads.</summary>
    public static string[] Arguments(StepSetting setting) =>
    [
        "--encoders", setting.Encoders.ToString().ToLowerInvariant(),
        "--modalities", setting.Modalities.ToString(CultureInfo.InvariantCulture),
        "--batch", setting.Batch.ToString(CultureInfo.InvariantCulture),
        "--device", setting.Device.ToString().ToLowerInvariant(),
        "--threads", get_num_threads().ToString(CultureInfo.InvariantCulture),
    ];
}
