using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp.Modules
{
    /// <summary>Self-attention, then two linear layers, each added to its input and normalised after that.</summary>
    public sealed class TransformerEncoderLayer : torch.nn.Module<torch.Tensor, torch.Tensor>,
        torch.nn.IModule<torch.Tensor, torch.Tensor, torch.Tensor>, torch.nn.IModule<torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor>
    {
        [ComponentName(Name = "self_attn")]
        private readonly MultiheadAttention _attention;

        [ComponentName(Name = "linear1")]
        private readonly Linear _linear1;

        [ComponentName(Name = "linear2")]
        private readonly Linear _linear2;

        [ComponentName(Name = "norm1")]
        private readonly LayerNorm _norm1;

        [ComponentName(Name = "norm2")]
        private readonly LayerNorm _norm2;

        private readonly double _dropout;
        private readonly Func<TransformerEncoderLayer> _another;
        private readonly torch.nn.Activations _activation;

        internal TransformerEncoderLayer(long d_model, long nhead, long dim_feedforward, double dropout, torch.nn.Activations activation)
            : base(nameof(TransformerEncoderLayer))
        {
            _attention = torch.nn.MultiheadAttention(d_model, nhead, dropout);
            _linear1 = torch.nn.Linear(d_model, dim_feedforward);
            _linear2 = torch.nn.Linear(dim_feedforward, d_model);
            _norm1 = torch.nn.LayerNorm(d_model);
            _norm2 = torch.nn.LayerNorm(d_model);
            _dropout = dropout;
            _activation = activation;
            _another = () => new TransformerEncoderLayer(d_model, nhead, dim_feedforward, dropout, activation);
            RegisterComponents();
        }

        public override torch.Tensor forward(torch.Tensor src) => call(src, null, null);

        public torch.Tensor call(torch.Tensor src, torch.Tensor? src_mask) => call(src, src_mask, null);

        /// <summary>The layer over [steps, batch, features], with the masks of <see cref="MultiheadAttention"/>.</summary>
        public torch.Tensor call(torch.Tensor src, torch.Tensor? src_mask, torch.Tensor? src_key_padding_mask)
        {
            using DisposeScope scope = torch.NewDisposeScope();
            torch.Tensor attended = _attention.call(src, src, src, src_key_padding_mask, need_weights: false, src_mask).Item1;
            torch.Tensor middle = _norm1.call(src + Dropped(attended));
            torch.Tensor hidden = _linear1.call(middle);
            hidden = _activation == torch.nn.Activations.GELU ? torch.nn.functional.gelu(hidden) : hidden.relu();
            torch.Tensor output = _linear2.call(Dropped(hidden));
            return _norm2.call(middle + Dropped(output)).MoveToOuterDisposeScope();
        }

        /// <summary>Another layer with the same weights.</summary>
        internal TransformerEncoderLayer Copy()
        {
            TransformerEncoderLayer copy = _another();
            copy.load_state_dict(state_dict());
            return copy;
        }

        private torch.Tensor Dropped(torch.Tensor tensor) => torch.nn.functional.dropout(tensor, _dropout, training);
    }

    /// <summary>Copies of one layer in a row; they start from the same weights.</summary>
    public sealed class TransformerEncoder : torch.nn.Module<torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor>,
        torch.nn.IModule<torch.Tensor, torch.Tensor, torch.Tensor>, torch.nn.IModule<torch.Tensor, torch.Tensor>
    {
        [ComponentName(Name = "layers")]
        private readonly ModuleList<TransformerEncoderLayer> _layers = new();

        internal TransformerEncoder(TransformerEncoderLayer layer, long num_layers)
            : base(nameof(TransformerEncoder))
        {
            for (long i = 0; i < num_layers; i++)
            {
                _layers.Add(layer.Copy());
            }
            RegisterComponents();
        }

        public override torch.Tensor forward(torch.Tensor src, torch.Tensor? src_mask, torch.Tensor? src_key_padding_mask)
        {
            torch.Tensor current = src.alias();
            foreach (TransformerEncoderLayer layer in _layers)
            {
                using torch.Tensor previous = current;
                current = layer.call(previous, src_mask, src_key_padding_mask);
            }
            return current;
        }

        public torch.Tensor call(torch.Tensor src, torch.Tensor? src_mask) => call(src, src_mask!, null!);

        public torch.Tensor call(torch.Tensor src) => call(src, null!, null!);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static TransformerEncoderLayer TransformerEncoderLayer(long d_model = 512, long nhead = 8, long dim_feedforward = 2048,
                double dropout = 0.1, Activations activation = Activations.ReLU) =>
                new(d_model, nhead, dim_feedforward, dropout, activation);

            public static TransformerEncoder TransformerEncoder(TransformerEncoderLayer encoder_layer, long num_layers) => new(encoder_layer, num_layers);
        }
    }
}
