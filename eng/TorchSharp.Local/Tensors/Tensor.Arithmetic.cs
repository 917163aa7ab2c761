using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor add(Tensor target) => Ops.Add.T(this, target);
        public Tensor add(Tensor target, Scalar alpha) => Ops.Add.T(this, target, alpha);
        public Tensor add(Scalar scalar) => Ops.Add.T(this, scalar);
        public Tensor add_(Tensor target) => Ops.Add_.InPlace(this, target);
        public Tensor add_(Tensor target, Scalar alpha) => Ops.Add_.InPlace(this, target, alpha);
        public Tensor add_(Scalar scalar) => Ops.Add_.InPlace(this, scalar);
        public Tensor sub_(Tensor target) => Ops.Sub_.InPlace(this, target);
        public Tensor sub_(Scalar target) => Ops.Sub_.InPlace(this, target);
        public Tensor mul(Tensor target) => Ops.Mul.T(this, target);
        public Tensor mul(Scalar target) => Ops.Mul.T(this, target);
        public Tensor mul_(Tensor target) => Ops.Mul_.InPlace(this, target);
        public Tensor mul_(Scalar target) => Ops.Mul_.InPlace(this, target);
        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            Ops.Div.T(this, target, Rounding(rounding_mode));
        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            Ops.Div.T(this, target, Rounding(rounding_mode));
        public Tensor remainder(Scalar scalar) => Ops.Remainder.T(this, scalar);
        public Tensor remainder(Tensor target) => Ops.Remainder.T(this, target);
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Ops.AddCDiv.T(this, tensor1, tensor2, value);
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => Ops.AddCMul_.InPlace(this, tensor1, tensor2, value);

        public Tensor abs() => Ops.Abs.T(this);
        public Tensor exp() => Ops.Exp.T(this);
        public Tensor log() => Ops.Log.T(this);
        public Tensor log1p() => Ops.Log1p.T(this);
        public Tensor neg() => Ops.Neg.T(this);
        public Tensor pow(Scalar exponent) => Ops.PowScalar.T(this, exponent);
        public Tensor pow(Tensor exponent) => Ops.PowTensor.T(this, exponent);
        internal Tensor reciprocal() => Ops.Reciprocal.T(this);
        public Tensor relu() => Ops.Relu.T(this);
        internal Tensor relu_() => Ops.Relu_.InPlace(this);
        public Tensor sigmoid() => Ops.Sigmoid.T(this);
        public Tensor sqrt() => Ops.Sqrt.T(this);
        public Tensor square() => Ops.Square.T(this);
        public Tensor tanh() => Ops.Tanh.T(this);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Ops.Clamp.T(this, min, max);
        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Ops.ClampTensor.T(this, min, max);
        public Tensor clamp_min(Scalar min) => Ops.Clamp.T(this, min);
        public Tensor clamp_max(Scalar max) => Ops.Clamp.T(this, Arg.None, max);

        public Tensor dot(Tensor target) => Ops.Dot.T(this, target);
        public Tensor mm(Tensor target) => Ops.Mm.T(this, target);
        internal Tensor bmm(Tensor batch2) => Ops.Bmm.T(this, batch2);
        public Tensor matmul(Tensor target) => Ops.Matmul.T(this, target);

        private static Arg Rounding(RoundingMode mode) => mode == RoundingMode.None ? Arg.None : mode.ToString();
    }
}
