using static TorchSharp.Native.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        internal long ndim => Kept(ts_rank(Handle));

        public long Dimensions => ndim;

        public long NumberOfElements => Kept(ts_count(Handle));

        public long ElementSize => dtype switch
        {
            ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
            ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
            ScalarType.Int32 or ScalarType.Float32 => 4,
            _ => 8,
        };

        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[ndim];
                fixed (long* start = sizes)
                {
                    ts_sizes(Handle, start);
                }
                return Kept(sizes);
            }
        }

        public ScalarType dtype => (ScalarType)Kept(ts_dtype(Handle));

        public DeviceType device_type => (DeviceType)Kept(ts_device_type(Handle));

        internal int device_index => Kept(ts_device_index(Handle));

        public Device device => device_type == DeviceType.CPU ? CPU : new Device(device_type, device_index);

        public long dim() => ndim;

        public long numel() => NumberOfElements;

        public long[] size() => shape;

        public unsafe long size(int dim)
        {
            long rank = ndim;
            if (dim < -rank || dim >= rank)
            {
                throw new IndexOutOfRangeException($"Dimension out of range (expected to be in range of [{-rank}, {rank - 1}], but got {dim})");
            }
            long* sizes = stackalloc long[(int)rank];
            ts_sizes(Handle, sizes);
            return Kept(sizes[dim < 0 ? dim + rank : dim]);
        }

        public unsafe long[] stride()
        {
            var strides = new long[ndim];
            fixed (long* start = strides)
            {
                ts_strides(Handle, start);
            }
            return Kept(strides);
        }

        public bool is_contiguous() => Kept(ts_is_contiguous(Handle)) != 0;

        public bool is_floating_point() => torch.is_floating_point(dtype);

        public override string ToString() => $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";
    }
}
