using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor view(params long[] shape) => Ops.View.T(this, shape);
        public Tensor reshape(params long[] shape) => Ops.Reshape.T(this, shape);
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Ops.Flatten.T(this, start_dim, end_dim);
        public Tensor squeeze(long? dim = null) => dim is long given ? Ops.SqueezeDim.T(this, given) : Ops.Squeeze.T(this);
        public Tensor unsqueeze(long dim) => Ops.Unsqueeze.T(this, dim);
        public Tensor transpose(long dim0, long dim1) => Ops.Transpose.T(this, dim0, dim1);
        public Tensor t() => Ops.TransposeMatrix.T(this);
        public Tensor repeat(params long[] sizes) => Ops.Repeat.T(this, sizes);

        public Tensor[] unbind(long dimension = 0) => Ops.Unbind.List(this, dimension);
        public Tensor[] chunk(long chunks, long dim = 0) => Ops.Chunk.List(this, chunks, dim);

        public Tensor select(long dim, long index) => Ops.Select.T(this, dim, index);
        public Tensor narrow(long dim, long start, long length) => Ops.Narrow.T(this, dim, start, length);
        public Tensor index_select(long dim, Tensor index) => Ops.IndexSelect.T(this, dim, index);
        public Tensor gather(long dim, Tensor index) => Ops.Gather.T(this, dim, index);
        public Tensor index_copy(long dim, Tensor index, Tensor source) => Ops.IndexCopy.T(this, dim, index, source);
        public Tensor masked_fill(Tensor mask, Scalar value) => Ops.MaskedFill.T(this, mask, value);
    }
}
