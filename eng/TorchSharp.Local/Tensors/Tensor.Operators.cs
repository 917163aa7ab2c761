using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public static Tensor operator +(Tensor left, Tensor right) => Ops.Add.T(left, right);
        public static Tensor operator +(Tensor left, Scalar right) => Ops.Add.T(left, right);
        public static Tensor operator +(Tensor left, int right) => Ops.Add.T(left, right);
        public static Tensor operator +(Tensor left, long right) => Ops.Add.T(left, right);
        public static Tensor operator +(Tensor left, float right) => Ops.Add.T(left, right);
        public static Tensor operator +(Tensor left, double right) => Ops.Add.T(left, right);
        public static Tensor operator +(Scalar left, Tensor right) => right + left;
        public static Tensor operator +(int left, Tensor right) => right + left;
        public static Tensor operator +(long left, Tensor right) => right + left;
        public static Tensor operator +(float left, Tensor right) => right + left;
        public static Tensor operator +(double left, Tensor right) => right + left;

        public static Tensor operator *(Tensor left, Tensor right) => Ops.Mul.T(left, right);
        public static Tensor operator *(Tensor left, Scalar right) => Ops.Mul.T(left, right);
        public static Tensor operator *(Tensor left, int right) => Ops.Mul.T(left, right);
        public static Tensor operator *(Tensor left, long right) => Ops.Mul.T(left, right);
        public static Tensor operator *(Tensor left, float right) => Ops.Mul.T(left, right);
        public static Tensor operator *(Tensor left, double right) => Ops.Mul.T(left, right);
        public static Tensor operator *(Scalar left, Tensor right) => right * left;
        public static Tensor operator *(int left, Tensor right) => right * left;
        public static Tensor operator *(long left, Tensor right) => right * left;
        public static Tensor operator *(float left, Tensor right) => right * left;
        public static Tensor operator *(double left, Tensor right) => right * left;

        public static Tensor operator -(Tensor tensor) => tensor.neg();
        public static Tensor operator -(Tensor left, Tensor right) => Ops.Sub.T(left, right);
        public static Tensor operator -(Tensor left, Scalar right) => Ops.Sub.T(left, right);
        public static Tensor operator -(Tensor left, int right) => Ops.Sub.T(left, right);
        public static Tensor operator -(Tensor left, long right) => Ops.Sub.T(left, right);
        public static Tensor operator -(Tensor left, float right) => Ops.Sub.T(left, right);
        public static Tensor operator -(Tensor left, double right) => Ops.Sub.T(left, right);
        public static Tensor operator -(Scalar left, Tensor right) => Ops.Sub.T(left, right);
        public static Tensor operator -(int left, Tensor right) => Ops.Sub.T(left, right);
        public static Tensor operator -(long left, Tensor right) => Ops.Sub.T(left, right);
        public static Tensor operator -(float left, Tensor right) => Ops.Sub.T(left, right);
        public static Tensor operator -(double left, Tensor right) => Ops.Sub.T(left, right);

        public static Tensor operator /(Tensor left, Tensor right) => left.div(right);
        public static Tensor operator /(Tensor left, Scalar right) => left.div(right);
        public static Tensor operator /(Tensor left, int right) => left.div(right);
        public static Tensor operator /(Tensor left, long right) => left.div(right);
        public static Tensor operator /(Tensor left, float right) => left.div(right);
        public static Tensor operator /(Tensor left, double right) => left.div(right);
        // As the published one computes it: the reciprocal is rounded first.
        public static Tensor operator /(Scalar left, Tensor right) => right.reciprocal() * left;
        public static Tensor operator /(int left, Tensor right) => right.reciprocal() * left;
        public static Tensor operator /(long left, Tensor right) => right.reciprocal() * left;
        public static Tensor operator /(float left, Tensor right) => right.reciprocal() * left;
        public static Tensor operator /(double left, Tensor right) => right.reciprocal() * left;

        public static Tensor operator &(Tensor left, Tensor right) => Ops.BitwiseAnd.T(left, right);
        public static Tensor operator |(Tensor left, Tensor right) => Ops.BitwiseOr.T(left, right);
        public static Tensor operator ~(Tensor left) => Ops.BitwiseNot.T(left);

        public static Tensor operator ==(Tensor left, Tensor right) => left.eq(right);
        public static Tensor operator ==(Tensor left, Scalar right) => left.eq(right);
        public static Tensor operator !=(Tensor left, Tensor right) => left.ne(right);
        public static Tensor operator !=(Tensor left, Scalar right) => left.ne(right);
        public static Tensor operator <(Tensor left, Tensor right) => left.lt(right);
        public static Tensor operator <(Tensor left, Scalar right) => left.lt(right);
        public static Tensor operator <=(Tensor left, Tensor right) => left.le(right);
        public static Tensor operator <=(Tensor left, Scalar right) => left.le(right);
        public static Tensor operator >(Tensor left, Tensor right) => left.gt(right);
        public static Tensor operator >(Tensor left, Scalar right) => left.gt(right);
        public static Tensor operator >=(Tensor left, Tensor right) => left.ge(right);
        public static Tensor operator >=(Tensor left, Scalar right) => left.ge(right);

        public bool Equals(Tensor target)
        {
            HostReads.AddValue();
            return target is not null && Ops.Equal.Bool(this, target);
        }

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        public override int GetHashCode() => base.GetHashCode();

        // There so that a Scalar overload is preferred for a number; the published one is never called either.
        public static implicit operator Tensor(Scalar scalar) => throw new InvalidOperationException("Should not be called.");
        public static implicit operator Tensor(float value) => tensor(value);
        public static implicit operator Tensor(double value) => tensor(value);
        public static implicit operator Tensor(int value) => tensor(value);
        public static implicit operator Tensor(long value) => tensor(value);

        public static explicit operator float(Tensor value) => value.ToSingle();
        public static explicit operator double(Tensor value) => value.ToDouble();
        public static explicit operator int(Tensor value) => value.ToInt32();
        public static explicit operator long(Tensor value) => value.ToInt64();
        public static explicit operator bool(Tensor value) => value.ToBoolean();
    }
}
