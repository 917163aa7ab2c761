using static TorchSharp.torch;

namespace ModalityBalance;

/// <summary>How error messages name a tensor.</summary>
internal static class TensorDescription
{
    /// <summary>A shape as text, "[64, 1, 28, 28]".</summary>
    public static string Describe(this Tensor tensor) => tensor.shape.Describe();

    /// <summary>A shape as text, "[64, 1, 28, 28]".</summary>
    public static string Describe(this long[] shape) => $"[{string.Join(", ", shape)}]";
}
