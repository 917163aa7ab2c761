using TorchSharp.Native;
using TorchSharp.Utils;
using static TorchSharp.Native.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The elements' bytes in place; of a contiguous CPU tensor alone. They go with the tensor: a scope or a
        /// variable that is used later must hold it as long as the span is in use.</summary>
        public Span<byte> bytes
        {
            get
            {
                HostReads.AddValue();
                return Memory();
            }
            set
            {
                if (value.Length != NumberOfElements * ElementSize)
                {
                    throw new ArgumentException("Mismatched data sizes in SetBytes().");
                }
                value.CopyTo(Memory());
                GC.KeepAlive(this);
            }
        }

        /// <summary>The elements by index. A tensor of another device is read from a copy.</summary>
        public TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            if (dtype == ScalarType.BFloat16 || ToScalarType(typeof(T)) != dtype)
            {
                throw new ArgumentException($"{typeof(T).Name} is not compatible with {dtype}");
            }
            HostReads.AddValue();
            return new TensorAccessor<T>(device_type == DeviceType.CPU ? this : cpu());
        }

        public T item<T>()
            where T : unmanaged
        {
            if (NumberOfElements != 1)
            {
                throw new ArgumentException("Number of elements in the tensor must be 1");
            }
            return data<T>().First();
        }

        internal Scalar ToScalar()
        {
            HostReads.AddValue();
            return Ops.Item.Number(this);
        }

        /// <summary>Writes the elements' bytes, buffer by buffer.</summary>
        internal void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            HostReads.AddValue();
            stream.Write(Memory());
            GC.KeepAlive(this);
        }

        internal void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            stream.ReadExactly(Memory());
            GC.KeepAlive(this);
        }

        internal nint DataPointer()
        {
            nint pointer = Kept(ts_data(Handle));
            return pointer != 0 || NumberOfElements == 0 ? pointer : throw Shim.Error();
        }

        /// <summary>The bytes in place, to be filled; as short-lived as those of <see cref="bytes"/>.</summary>
        internal unsafe Span<byte> Memory()
        {
            if (!is_contiguous())
            {
                throw new InvalidOperationException("Bytes() called on non-contiguous tensor.");
            }
            if (device_type != DeviceType.CPU)
            {
                throw new InvalidOperationException("the bytes of a tensor can be read on the CPU alone; move or copy it there first.");
            }
            return new Span<byte>((void*)DataPointer(), checked((int)(NumberOfElements * ElementSize)));
        }
    }
}
