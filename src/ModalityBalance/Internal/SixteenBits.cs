using static TorchSharp.torch;

namespace ModalityBalance.Internal;

/// <summary>Types in which sums of squares are of no use: they overflow, or have three digits.</summary>
internal static class SixteenBits
{
    public static bool Has(Tensor tensor) => tensor.dtype is ScalarType.Float16 or ScalarType.BFloat16;
}
