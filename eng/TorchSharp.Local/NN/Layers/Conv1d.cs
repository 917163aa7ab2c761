using TorchSharp.Modules;
using TorchSharp.Native;

namespace TorchSharp.Modules
{
    public sealed class Conv1d : Convolution
    {
        internal Conv1d(ConvolutionShape shape, PaddingModes padding_mode, bool bias, torch.Device? device, torch.ScalarType? dtype)
            : base(nameof(Conv1d), shape, padding_mode, bias, device, dtype)
        {
        }

        public override torch.Tensor forward(torch.Tensor input)
        {
            RequireChannels(input);
            if (padding_mode != PaddingModes.Zeros)
            {
                using torch.Tensor padded = Padded(input);
                return Ops.Conv1d.T(padded, weight, bias, stride, 0L, dilation, groups);
            }
            return padding_type is Padding type
                ? Ops.Conv1dPadding.T(input, weight, bias, stride, torch.nn.functional.Name(type), dilation, groups)
                : Ops.Conv1d.T(input, weight, bias, stride, padding, dilation, groups);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Conv1d Conv1d(long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0,
                long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true,
                Device? device = null, ScalarType? dtype = null) =>
                new(new(in_channels, out_channels, [kernel_size], [stride], [padding], null, [dilation], groups), padding_mode, bias, device, dtype);

            public static Conv1d Conv1d(long in_channels, long out_channels, long kernel_size, Padding padding, long stride = 1,
                long dilation = 1, PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true,
                Device? device = null, ScalarType? dtype = null) =>
                new(new(in_channels, out_channels, [kernel_size], [stride], null, padding, [dilation], groups), padding_mode, bias, device, dtype);
        }
    }
}
