using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks;

/// <summary>One line of the table of step costs.</summary>
internal sealed record StepSetting(string Encoders, int Modalities, int Batch, string Device)
{
    public Device ToDevice() => device(Device);
}
