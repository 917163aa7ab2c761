using TorchSharp.Utils;

namespace TorchSharp.Modules;

public abstract class Convolution : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    [ComponentName(Name = "weight")]
    private Parameter? _convolutionWeight;

    [ComponentName(Name = "bias")]
    private Parameter? _convolutionBias;

    private protected Convolution(string name, ConvolutionShape shape, PaddingModes padding_mode, bool bias,
        torch.Device? device, torch.ScalarType? dtype)
        : base(name)
    {
        in_channels = shape.In;
        kernel_size = shape.Kernel;
        stride = shape.Stride;
        padding = shape.Padding;
        padding_type = shape.PaddingType;
        dilation = shape.Dilation;
        groups = shape.Groups;
        this.padding_mode = padding_mode;
        weight = torch.empty([shape.Out, shape.In / shape.Groups, .. shape.Kernel], dtype, device).AsParameter();
        this.bias = bias ? torch.empty(shape.Out, dtype, device).AsParameter() : null;
        torch.nn.init.LayerDefaults(weight, this.bias);
    }

    internal long in_channels { get; }

    internal long[] kernel_size { get; }

    public long[] stride { get; set; }

    /// <summary>Null if <see cref="padding_type"/> is given instead.</summary>
    public long[]? padding { get; }

    internal Padding? padding_type { get; }

    internal PaddingModes padding_mode { get; }

    public long[] dilation { get; set; }

    public long groups { get; set; }

    public Parameter weight { get => _convolutionWeight!; set => SetParameter(ref _convolutionWeight, "weight", value); }

    public Parameter? bias { get => _convolutionBias; set => SetParameter(ref _convolutionBias, "bias", value); }

    /// <summary>The input padded on both sides of every spatial dimension, for the modes that the operator lacks.</summary>
    private protected torch.Tensor Padded(torch.Tensor input)
    {
        var amounts = new List<long>();
        for (int i = kernel_size.Length - 1; i >= 0; i--)
        {
            long total = padding is null ? padding_type == Padding.Same ? dilation[i] * (kernel_size[i] - 1) : 0 : 2 * padding[i];
            amounts.Add(total / 2);
            amounts.Add(total - total / 2);
        }
        return torch.nn.functional.pad(input, amounts.ToArray(), padding_mode);
    }

    private protected void RequireChannels(torch.Tensor input)
    {
        int spatial = kernel_size.Length;
        long rank = input.ndim;
        if (!((rank == spatial + 2 && input.size(1) == in_channels) || (rank == spatial + 1 && input.size(0) == in_channels)))
        {
            throw new ArgumentException(
                $"Expected {spatial + 1}D (unbatched) or {spatial + 2}D (batched) input with {in_channels} channels to {GetName()}.");
        }
    }

    /// <summary>What the factories of one and two dimensions have in common.</summary>
    internal readonly record struct ConvolutionShape(
        long In, long Out, long[] Kernel, long[] Stride, long[]? Padding, Padding? PaddingType, long[] Dilation, long Groups);
}
