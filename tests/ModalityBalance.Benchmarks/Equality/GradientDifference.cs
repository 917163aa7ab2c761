using ModalityBalance.Benchmarks.Networks;
using TorchSharp;

namespace ModalityBalance.Benchmarks.Equality;

/// <summary>How far a device's gradients are from the CPU's.</summary>
/// <param name="Strategy">As in step-cost.</param>
/// <param name="Phase">G2D's phase; null for the others.</param>
/// <param name="Encoders">Kind of all encoders.</param>
/// <param name="Modalities">Number of encoders.</param>
/// <param name="Batch">Samples per step.</param>
/// <param name="Device">The device compared with the CPU.</param>
/// <param name="Steps">Training steps from the same weights on.</param>
/// <param name="FirstStep">Largest distance of two gradients of a parameter, relative to the length of the CPU's, in
/// the first step.</param>
/// <param name="Largest">The same over all steps.</param>
internal sealed record GradientDifference(
    string Strategy,
    string? Phase,
    EncoderKind Encoders,
    int Modalities,
    int Batch,
    DeviceType Device,
    int Steps,
    double FirstStep,
    double Largest);
