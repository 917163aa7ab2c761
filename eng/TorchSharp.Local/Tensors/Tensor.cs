using System.Diagnostics.CodeAnalysis;
using static TorchSharp.Native.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>One owned reference to a libtorch tensor, released by Dispose, by the owning scope, or by the finalizer.</summary>
    public partial class Tensor : IDisposable
    {
        private nint _handle;
        private long _pressure;

        internal Tensor(nint handle, bool register = true)
        {
            _handle = handle;
            if (register)
            {
                DisposeScopeManager.Current.Created(this);
            }
            if (OwningDisposeScope is null && handle != 0)
            {
                // Tensors are tiny objects to the garbage collector; without this no collection would ever free one.
                _pressure = Math.Max(1, NumberOfElements * ElementSize);
                GC.AddMemoryPressure(_pressure);
            }
        }

        ~Tensor() => Dispose(false);

        internal IntPtr Handle
        {
            get
            {
                if (_handle == 0)
                {
                    ThrowEmpty();
                }
                return _handle;
            }
        }

        /// <summary>A result of the shim; until it is there, no finalizer may release this tensor.</summary>
        private T Kept<T>(T result)
        {
            GC.KeepAlive(this);
            return result;
        }

        public bool IsInvalid => _handle == 0;

        public string? name { get; set; }

        internal DisposeScope? OwningDisposeScope { get; set; }

        internal int ScopeIndex { get; set; }

        public Tensor alias()
        {
            ts_retain(Handle);
            return new Tensor(_handle);
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (_handle == 0)
            {
                return;
            }
            if (disposing)
            {
                DisposeScopeManager.Current.Disposing(this);
            }
            ts_release(MoveHandle());
        }

        // Apart from the getter, so that the getter stays small enough to be inlined.
        [DoesNotReturn]
        private static void ThrowEmpty() => throw new InvalidOperationException("Tensor invalid -- empty handle.");

        /// <summary>Empties this object; the caller owns the reference.</summary>
        internal nint MoveHandle()
        {
            if (_pressure != 0)
            {
                GC.RemoveMemoryPressure(_pressure);
                _pressure = 0;
            }
            nint handle = Handle;
            _handle = 0;
            return handle;
        }
    }
}
