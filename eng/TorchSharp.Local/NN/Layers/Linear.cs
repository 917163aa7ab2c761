using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp.Modules
{
    public sealed class Linear : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        [ComponentName(Name = "weight")]
        private Parameter? _weight;

        [ComponentName(Name = "bias")]
        private Parameter? _bias;

        internal Linear(long inputSize, long outputSize, bool hasBias, torch.Device? device, torch.ScalarType? dtype)
            : base(nameof(Linear))
        {
            weight = torch.empty(outputSize, inputSize, dtype, device).AsParameter();
            bias = hasBias ? torch.empty(outputSize, dtype, device).AsParameter() : null;
            torch.nn.init.LayerDefaults(weight, bias);
        }

        public Parameter weight { get => _weight!; set => SetParameter(ref _weight, "weight", value); }

        public Parameter? bias { get => _bias; set => SetParameter(ref _bias, "bias", value); }

        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.linear(tensor, _weight!, _bias);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, outputSize, hasBias, device, dtype);
        }
    }
}
