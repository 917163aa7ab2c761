using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => Ops.Linear.T(input, weights, bias);

            internal static Tensor conv2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null,
                long[]? dilation = null, long groups = 1) =>
                Ops.Conv2d.T(input, weight, bias, strides ?? [1], padding ?? [0], dilation ?? [1], groups);

            internal static Tensor conv2d_padding(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null,
                Padding padding = Padding.Valid, long[]? dilation = null, long groups = 1) =>
                Ops.Conv2dPadding.T(input, weight, bias, strides ?? [1], Name(padding), dilation ?? [1], groups);

            internal static Tensor batch_norm(Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight = null, Tensor? bias = null,
                bool training = false, double momentum = 0.1, double eps = 1e-05) =>
                Ops.BatchNorm.T(input, weight, bias, running_mean, running_var, training, momentum, eps, true);

            public static Tensor max_pool2d(Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null,
                long[]? dilation = null, bool ceil_mode = false) =>
                Ops.MaxPool2d.T(input, kernel_size, strides ?? kernel_size, padding ?? [0], dilation ?? [1], ceil_mode);

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                inplace ? Ops.Dropout_.InPlace(input, p, training).alias() : Ops.Dropout.T(input, p, training);

            /// <summary>Pads the last dimension by the first two amounts, the one before it by the next two, and so on.</summary>
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                Ops.Pad.T(input, pad, mode switch
                {
                    PaddingModes.Reflect => "reflect",
                    PaddingModes.Replicate => "replicate",
                    PaddingModes.Circular => "circular",
                    _ => "constant",
                }, mode is PaddingModes.Constant or PaddingModes.Zeros ? value : Arg.None);

            internal static string Name(Padding padding) => padding == Padding.Same ? "same" : "valid";
        }
    }
}
