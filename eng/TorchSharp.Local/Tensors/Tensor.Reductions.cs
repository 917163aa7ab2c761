using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => Ops.Sum.T(this, type);
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => Ops.SumDims.T(this, dim, keepdim, type);
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => Ops.SumDims.T(this, dim, keepdim, type);
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
            Ops.SumDims.T(this, dim.ToArray(), keepdim, type);
        public Tensor mean() => Ops.Mean.T(this);
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
            Ops.MeanDims.T(this, dimensions, keepdim, type);

        public Tensor norm(float p = 2) => Ops.Norm.T(this, p);

        public Tensor max() => Ops.Max.T(this);
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Ops.MaxDim.T2(this, dim, keepdim);
        public Tensor min() => Ops.Min.T(this);
        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Ops.MinDim.T2(this, dim, keepdim);
        public Tensor argmax(long dim, bool keepdim = false) => Ops.ArgMax.T(this, dim, keepdim);
        public Tensor cumsum(long dim, ScalarType? type = null) => Ops.CumSum.T(this, dim, type);
        public Tensor softmax(long dim, ScalarType? dtype = null) => Ops.Softmax.T(this, dim, dtype);
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Ops.LogSoftmax.T(this, dim, dtype);
    }
}
