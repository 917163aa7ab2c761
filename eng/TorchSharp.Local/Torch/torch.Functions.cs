using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Ops.Cat.T(Copy(tensors), dim);
    public static Tensor cat(Tensor[] tensors, long dim = 0) => Ops.Cat.T(tensors, dim);
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Ops.Stack.T(Copy(tensors), dim);
    public static Tensor where(Tensor condition, Tensor x, Tensor y) => Ops.Where.T(condition, x, y);

    public static Tensor maximum(Tensor input, Tensor other) => input.maximum(other);

    private static Tensor[] Copy(IEnumerable<Tensor> tensors) => tensors as Tensor[] ?? [.. tensors];
}
