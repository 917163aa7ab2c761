using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp.Modules
{
    public sealed class LayerNorm : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        [ComponentName(Name = nameof(weight))]
        private Parameter? _weight;

        [ComponentName(Name = nameof(bias))]
        private Parameter? _bias;

        internal LayerNorm(long[] normalized_shape, double eps, bool elementwise_affine, bool bias, torch.Device? device, torch.ScalarType? dtype)
            : base(nameof(LayerNorm))
        {
            this.normalized_shape = normalized_shape;
            this.eps = eps;
            if (elementwise_affine)
            {
                weight = torch.ones(normalized_shape, dtype, device).AsParameter();
                this.bias = bias ? torch.zeros(normalized_shape, dtype, device).AsParameter() : null;
            }
        }

        internal long[] normalized_shape { get; }

        internal double eps { get; }

        public Parameter weight { get => _weight!; set => SetParameter(ref _weight, nameof(weight), value); }

        public Parameter? bias { get => _bias; set => SetParameter(ref _bias, nameof(bias), value); }

        public override torch.Tensor forward(torch.Tensor tensor) =>
            torch.nn.functional.layer_norm(tensor, normalized_shape, _weight, _bias, eps);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static LayerNorm LayerNorm(long normalized_shape, double eps = 1e-05, bool elementwise_affine = true, bool bias = true,
                Device? device = null, ScalarType? dtype = null) =>
                new([normalized_shape], eps, elementwise_affine, bias, device, dtype);

            public static LayerNorm LayerNorm(long[] normalized_shape, double eps = 1e-05, bool elementwise_affine = true, bool bias = true,
                Device? device = null, ScalarType? dtype = null) =>
                new(normalized_shape, eps, elementwise_affine, bias, device, dtype);
        }
    }
}
