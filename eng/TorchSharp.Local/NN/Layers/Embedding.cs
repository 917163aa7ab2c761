using TorchSharp.Modules;
using TorchSharp.Native;
using TorchSharp.Utils;

namespace TorchSharp.Modules
{
    /// <summary>A row of the weight for every index; the row of the padding index starts at zero and gets no gradient.</summary>
    public sealed class Embedding : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly long _padding;

        [ComponentName(Name = nameof(weight))]
        private Parameter? _weight;

        internal Embedding(long num_embeddings, long embedding_dims, long? padding_idx, torch.Device? device, torch.ScalarType? dtype)
            : base(nameof(Embedding))
        {
            _padding = padding_idx is long index ? index < 0 ? index + num_embeddings : index : -1;
            torch.Tensor rows = torch.randn(num_embeddings, embedding_dims, dtype, device);
            if (_padding >= 0)
            {
                using torch.Tensor row = rows.select(0, _padding);
                row.fill_(0);
            }
            weight = rows.AsParameter();
        }

        public Parameter? weight { get => _weight; set => SetParameter(ref _weight, nameof(weight), value); }

        public override torch.Tensor forward(torch.Tensor input) => Ops.Embedding.T(_weight, input, _padding);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Embedding Embedding(long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null,
                double norm_type = 2, bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
            {
                if (max_norm is not null || scale_grad_by_freq || sparse)
                {
                    throw new NotSupportedException("the stand-in for TorchSharp has embeddings with their plain options alone.");
                }
                return new Embedding(num_embeddings, embedding_dims, padding_idx, device, dtype);
            }
        }
    }
}
