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

        public Tensor std(bool unbiased = true) => Ops.Std.T(this, unbiased);
        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Ops.StdDims.T(this, dim, unbiased, keepdim);
        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Ops.StdDims.T(this, dimensions, unbiased, keepdim);
        public Tensor var(bool unbiased = true) => Ops.Var.T(this, unbiased);
        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Ops.VarDims.T(this, dim, unbiased, keepdim);
        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Ops.VarDims.T(this, dimensions, unbiased, keepdim);
        public Tensor norm(float p = 2) => Ops.Norm.T(this, p);
        public Tensor norm(int dim, bool keepdim = false, float p = 2) => Ops.NormDim.T(this, p, (long)dim, keepdim);

        public Tensor max() => Ops.Max.T(this);
        public Tensor max(Tensor other) => maximum(other);
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Ops.MaxDim.T2(this, dim, keepdim);
        public Tensor min() => Ops.Min.T(this);
        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Ops.MinDim.T2(this, dim, keepdim);
        public Tensor argmax() => Ops.ArgMax.T(this);
        public Tensor argmax(long dim, bool keepdim = false) => Ops.ArgMax.T(this, dim, keepdim);
        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            Ops.TopK.T2(this, (long)k, (long)dim, largest, sorted);
        public Tensor cumsum(long dim, ScalarType? type = null) => Ops.CumSum.T(this, dim, type);
        public Tensor softmax(long dim, ScalarType? dtype = null) => Ops.Softmax.T(this, dim, dtype);
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Ops.LogSoftmax.T(this, dim, dtype);
    }
}
