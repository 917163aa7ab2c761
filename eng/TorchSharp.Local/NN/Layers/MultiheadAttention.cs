using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp.Modules
{
    /// <summary>Attention of several heads over [steps, batch, features], as libtorch's own module computes it.</summary>
    public sealed class MultiheadAttention : torch.nn.Module
    {
        private readonly long _heads;
        private readonly double _dropout;

        [ComponentName(Name = "in_proj_weight")]
        private readonly Parameter _inputWeight;

        [ComponentName(Name = "in_proj_bias")]
        private readonly Parameter? _inputBias;

        [ComponentName(Name = "out_proj")]
        private readonly Linear _output;

        internal MultiheadAttention(long embedded_dim, long num_heads, double dropout, bool bias)
            : base(nameof(MultiheadAttention))
        {
            if (embedded_dim % num_heads != 0)
            {
                throw new ArgumentException("embed_dim must be divisible by num_heads");
            }
            _heads = num_heads;
            _dropout = dropout;
            _output = torch.nn.Linear(embedded_dim, embedded_dim, bias);
            _inputWeight = Unscoped(torch.nn.init.xavier_uniform_(torch.empty(3 * embedded_dim, embedded_dim)));
            if (bias)
            {
                _inputBias = Unscoped(torch.zeros(3 * embedded_dim));
                torch.nn.init.zeros_(_output.bias!);
            }
            RegisterComponents();
        }

        /// <summary>The attended values [steps, batch, features], and the weights averaged over the heads [batch, steps, keys]; invalid if not asked for.</summary>
        /// <param name="query">[steps, batch, features].</param>
        /// <param name="key">[keys, batch, features].</param>
        /// <param name="value">[keys, batch, features].</param>
        /// <param name="key_padding_mask">[batch, keys], true where a key is to be ignored.</param>
        /// <param name="need_weights">Whether the weights are returned.</param>
        /// <param name="attn_mask">[steps, keys], true where attention is barred, or numbers to add to the scores.</param>
        public Tuple<torch.Tensor, torch.Tensor> forward(torch.Tensor query, torch.Tensor key, torch.Tensor value,
            torch.Tensor? key_padding_mask, bool need_weights, torch.Tensor? attn_mask)
        {
            using DisposeScope scope = torch.NewDisposeScope();
            long batch = query.size(1);
            torch.Tensor[] weights = _inputWeight.chunk(3);
            torch.Tensor[]? biases = _inputBias?.chunk(3);
            double scale = 1 / Math.Sqrt(query.size(2) / _heads);
            torch.Tensor queries = Heads(torch.nn.functional.linear(query, weights[0], biases?[0]) * scale);
            torch.Tensor keys = Heads(torch.nn.functional.linear(key, weights[1], biases?[1]));
            torch.Tensor values = Heads(torch.nn.functional.linear(value, weights[2], biases?[2]));
            torch.Tensor scores = Masked(queries.bmm(keys.transpose(1, 2)), key_padding_mask, attn_mask, batch);
            torch.Tensor attention = torch.nn.functional.dropout(scores.softmax(-1), _dropout, training);
            torch.Tensor joined = attention.bmm(values).transpose(0, 1).contiguous().view(query.shape);
            torch.Tensor output = _output.call(joined).MoveToOuterDisposeScope();
            torch.Tensor mean = need_weights
                ? attention.view(batch, _heads, query.size(0), key.size(0)).mean([1])
                : new torch.Tensor(handle: 0);
            return Tuple.Create(output, mean.MoveToOuterDisposeScope());
        }

        public Tuple<torch.Tensor, torch.Tensor> call(torch.Tensor query, torch.Tensor key, torch.Tensor value,
            torch.Tensor? key_padding_mask = null, bool need_weights = true, torch.Tensor? attn_mask = null) =>
            forward(query, key, value, key_padding_mask, need_weights, attn_mask);

        // [steps, batch, features] to [batch * heads, steps, features of a head].
        private torch.Tensor Heads(torch.Tensor features)
        {
            long steps = features.size(0);
            return features.contiguous().view(steps, features.size(1) * _heads, features.size(2) / _heads).transpose(0, 1);
        }

        private torch.Tensor Masked(torch.Tensor scores, torch.Tensor? keyPadding, torch.Tensor? mask, long batch)
        {
            if (mask is not null)
            {
                scores = mask.dtype == torch.ScalarType.Bool ? scores.masked_fill(mask, float.NegativeInfinity) : scores + mask;
            }
            if (keyPadding is not null)
            {
                long[] shape = scores.shape;
                torch.Tensor barred = keyPadding.to(torch.ScalarType.Bool).unsqueeze(1).unsqueeze(2);
                scores = scores.view(batch, _heads, shape[1], shape[2]).masked_fill(barred, float.NegativeInfinity).view(shape);
            }
            return scores;
        }

        private static Parameter Unscoped(torch.Tensor tensor) => (Parameter)tensor.AsParameter().DetachFromDisposeScope();
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static MultiheadAttention MultiheadAttention(long embedded_dim, long num_heads, double dropout = 0, bool bias = true,
                bool add_bias_kv = false, bool add_zero_attn = false, long? kdim = null, long? vdim = null)
            {
                if (add_bias_kv || add_zero_attn || (kdim ?? embedded_dim) != embedded_dim || (vdim ?? embedded_dim) != embedded_dim)
                {
                    throw new NotSupportedException("the stand-in for TorchSharp has attention over features of one width alone.");
                }
                return new MultiheadAttention(embedded_dim, num_heads, dropout, bias);
            }
        }
    }
}
