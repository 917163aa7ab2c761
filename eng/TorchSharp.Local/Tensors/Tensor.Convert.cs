using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Replace(Ops.ToDtype.T(this, type, non_blocking, copy), disposeAfter);

        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(type, copy, disposeAfter, non_blocking);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(dtype, device, copy, disposeAfter, non_blocking);

        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false,
            bool non_blocking = false) =>
            to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            HostReads.AddMove(device.type);
            return Replace(Ops.ToDevice.T(this, InitializeDevice(device), type, non_blocking, copy), disposeAfter);
        }

        /// <summary>A new tensor's way from the host to its device.</summary>
        internal Tensor PlacedOn(Device device, ScalarType type) => Replace(Ops.ToDevice.T(this, device, type), disposeAfter: true);

        public Tensor cpu() => to(CPU);

        public Tensor contiguous() => Ops.Contiguous.T(this);
        public Tensor clone() => Ops.Clone.T(this);
        public Tensor copy_(Tensor source, bool nonBlocking = false) => Ops.Copy_.InPlace(this, source, nonBlocking);
        public Tensor fill_(Scalar value) => Ops.Fill_.InPlace(this, value);

        /// <summary>Another handle on this tensor, as of the published one.</summary>
        public Tensor zero_()
        {
            Ops.Zero_.Run(this);
            return alias();
        }

        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Ops.ZerosLike.T(this, dtype, Arg.None, device).requires_grad_(requires_grad);

        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Ops.OnesLike.T(this, dtype, Arg.None, device).requires_grad_(requires_grad);

        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Ops.FullLike.T(this, value, dtype, Arg.None, device).requires_grad_(requires_grad);

        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Ops.EmptyLike.T(this, dtype, Arg.None, device).requires_grad_(requires_grad);

        public Tensor bernoulli(Generator? generator = null) => Ops.Bernoulli.T(this, generator);

        internal Tensor uniform_(double from, double to, Generator? generator = null) =>
            Ops.Uniform_.InPlace(this, from, to, generator);

        internal Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) =>
            Ops.Normal_.InPlace(this, mean, std, generator);

        private Tensor Replace(Tensor result, bool disposeAfter)
        {
            if (disposeAfter)
            {
                Dispose();
            }
            return result;
        }
    }
}
