using TorchSharp.Native;
using static TorchSharp.Native.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A random number generator of one device with a state of its own.</summary>
    public class Generator : IDisposable
    {
        private nint _handle;

        public Generator(ulong seed = 0, Device? device = null)
            : this(device ?? CPU, isDefault: false) =>
            Shim.Check(ts_generator_set_seed(_handle, seed));

        private Generator(Device device, bool isDefault)
        {
            this.device = InitializeDevice(device);
            _handle = ts_generator((int)device.type, device.index, isDefault ? 1 : 0);
            if (_handle == 0)
            {
                throw Shim.Error();
            }
        }

        ~Generator() => Dispose(false);

        /// <summary>The CPU's default generator.</summary>
        public static Generator Default => new(CPU, isDefault: true);

        public Device device { get; }

        internal IntPtr Handle => _handle;

        internal Tensor get_state()
        {
            nint state = ts_generator_state(_handle);
            GC.KeepAlive(this);
            return state != 0 ? new Tensor(state) : throw Shim.Error();
        }

        internal void set_state(Tensor value)
        {
            Shim.Check(ts_generator_set_state(_handle, value.Handle));
            GC.KeepAlive((this, value));
        }

        public Generator manual_seed(long seed)
        {
            Shim.Check(ts_generator_set_seed(_handle, unchecked((ulong)seed)));
            return this;
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (_handle != 0)
            {
                ts_generator_release(_handle);
                _handle = 0;
            }
        }
    }
}
