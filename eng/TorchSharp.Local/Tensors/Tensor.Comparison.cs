using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor eq(Tensor target) => Ops.Eq.T(this, target);
        public Tensor eq(Scalar target) => Ops.Eq.T(this, target);
        internal Tensor ne(Tensor target) => Ops.Ne.T(this, target);
        internal Tensor ne(Scalar target) => Ops.Ne.T(this, target);
        public Tensor lt(Tensor target) => Ops.Lt.T(this, target);
        public Tensor lt(Scalar target) => Ops.Lt.T(this, target);
        public Tensor le(Tensor target) => Ops.Le.T(this, target);
        public Tensor le(Scalar target) => Ops.Le.T(this, target);
        public Tensor gt(Tensor target) => Ops.Gt.T(this, target);
        public Tensor gt(Scalar target) => Ops.Gt.T(this, target);
        public Tensor ge(Tensor target) => Ops.Ge.T(this, target);
        public Tensor ge(Scalar target) => Ops.Ge.T(this, target);
        public Tensor equal(Tensor target) => eq(target);

        public Tensor logical_or(Tensor other) => Ops.LogicalOr.T(this, other);
        public Tensor logical_not() => Ops.LogicalNot.T(this);
        public Tensor isnan() => Ops.IsNan.T(this);
        public Tensor isposinf() => Ops.IsPosInf.T(this);
        public Tensor isfinite() => Ops.IsFinite.T(this);
        public Tensor maximum(Tensor other) => Ops.Maximum.T(this, other);

        public Tensor all() => Ops.All.T(this);
        public Tensor all(long dim, bool keepdim = false) => Ops.AllDim.T(this, dim, keepdim);
        public Tensor any() => Ops.Any.T(this);
        public Tensor any(long dim, bool keepdim = false) => Ops.AnyDim.T(this, dim, keepdim);

        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false)
        {
            HostReads.AddValue();
            return Ops.AllClose.Bool(this, target, rtol, atol, equal_nan);
        }

        public Tensor where(Tensor condition, Tensor y) => Ops.Where.T(condition, this, y);
    }
}
