using ModalityBalance.Benchmarks.Networks;
using TorchSharp;

namespace ModalityBalance.Benchmarks.Memory;

/// <summary>How far the memory of a strategy's steps rises above that of the network and its data.</summary>
/// <param name="Strategy">As in step-cost.</param>
/// <param name="Phase">G2D's phase; null for the others.</param>
/// <param name="Encoders">Kind of all encoders.</param>
/// <param name="Modalities">Number of encoders.</param>
/// <param name="Batch">Samples per step.</param>
/// <param name="Device">Where.</param>
/// <param name="Mebibytes">The peak of the steps less what network and data have in use: activations,
/// gradients, momentum.</param>
/// <param name="Ratio">To joint training.</param>
/// <param name="ParameterMebibytes">The parameters of all encoders, once.</param>
internal sealed record PeakMemory(
    string Strategy,
    string? Phase,
    EncoderKind Encoders,
    int Modalities,
    int Batch,
    DeviceType Device,
    double Mebibytes,
    double Ratio,
    double ParameterMebibytes);
