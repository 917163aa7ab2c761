using static TorchSharp.torch;

namespace ModalityBalance.Internal;

/// <summary>Shape, type and device of a tensor, which must be another's where libtorch would broadcast, convert or, in
/// <c>autograd.grad</c>, end the process.</summary>
internal static class TensorKind
{
    /// <summary>Whether shape, type and device are the same; reads no value.</summary>
    public static bool IsLike(this Tensor tensor, Tensor other) =>
        tensor.shape.SequenceEqual(other.shape)
        && tensor.dtype == other.dtype
        && IsSame(tensor.device, other.device);

    /// <summary>All three as text, "Float32 [64, 10] on cuda:0".</summary>
    public static string Kind(this Tensor tensor) => $"{tensor.dtype} {tensor.Describe()} on {tensor.device}";

    private static bool IsSame(Device one, Device other) => one.type == other.type && one.index == other.index;
}
