using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// A transformer block: self-attention with several heads (Vaswani et al., NeurIPS 2017, section 3.2)
/// and two linear layers with ReLU (Eq. 2) or GELU between them, each on normalized steps beside a shortcut.
/// </summary>
internal sealed class TransformerBlock : nn.Module<Tensor, Tensor, Tensor>
{
    private const int Expansion = 4;

    private readonly long _heads;
    private readonly double _dropout;
    private readonly LayerNorm _attentionNorm;
    private readonly Linear _projection;
    private readonly Linear _output;
    private readonly Sequential _feedForward;

    public TransformerBlock(long width, long heads, double dropout, bool gelu = false)
        : base(nameof(TransformerBlock))
    {
        _heads = heads;
        _dropout = dropout;
        _attentionNorm = nn.LayerNorm(width);
        _projection = nn.Linear(width, 3 * width);
        _output = nn.Linear(width, width);
        _feedForward = nn.Sequential(
            ("norm", nn.LayerNorm(width)),
            ("linear0", nn.Linear(width, Expansion * width)),
            gelu ? ("gelu", nn.GELU()) : ("relu", nn.ReLU(inplace: true)),
            ("linear1", nn.Linear(Expansion * width, width)));
        register_module("attention_norm", _attentionNorm);
        register_module("projection", _projection);
        register_module("output", _output);
        register_module("feed_forward", _feedForward);
    }

    /// <summary>Runs the block.</summary>
    /// <param name="steps">[batch, time, width].</param>
    /// <param name="padding">Bool [batch, time], true at steps that nothing attends to; null for none.</param>
    public override Tensor forward(Tensor steps, Tensor? padding)
    {
        var attended = steps + Drop(Attend(_attentionNorm.call(steps), padding));
        return attended + Drop(_feedForward.call(attended));
    }

    /// <summary>Everything is registered by name in the constructor.</summary>
    protected override void RegisterComponents()
    {
    }

    // Written out, not by the fused function: its backward pass on a GPU is not deterministic.
    private Tensor Attend(Tensor steps, Tensor? padding)
    {
        var (batch, time, width) = (steps.shape[0], steps.shape[1], steps.shape[2]);
        var parts = _projection.call(steps).view(batch, time, 3, _heads, width / _heads).permute(2, 0, 3, 1, 4);
        var (query, key, value) = (parts.select(0, 0), parts.select(0, 1), parts.select(0, 2));
        var scores = query.matmul(key.transpose(2, 3)) / Math.Sqrt(width / _heads);
        if (padding is not null)
        {
            scores = scores.masked_fill(padding.view(batch, 1, 1, time), double.NegativeInfinity);
        }

        return _output.call(scores.softmax(3).matmul(value).transpose(1, 2).reshape(batch, time, width));
    }

    private Tensor Drop(Tensor steps) => _dropout > 0 ? nn.functional.dropout(steps, _dropout, training) : steps;
}
