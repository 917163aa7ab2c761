using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>How <see cref="VotingFusion"/> weighs the votes of the modalities that a sample has.</summary>
public enum VoteWeighting
{
    /// <summary>All alike, with the sum 1.</summary>
    Mean,

    /// <summary>All with weight 1, as ReconBoost's ensemble.</summary>
    Sum,

    /// <summary>By softmax(-entropy) of the votes, so that confident ones weigh more, as MLA at test time.</summary>
    Entropy,
}

/// <summary> One head that every modality shares: each modality's representation is a vote by itself, and the prediction is a
/// weighted sum of the votes. The inference rule of MLA (entropy-weighted, linear head) and of ReconBoost (summed, with a hidden
/// layer). Its head gives the unimodal predictions.
/// </summary>
/// <remarks>A sample without any modality has the prediction zero. Entropies are those of a softmax over the outputs: for one
/// class of several.</remarks>
public sealed class VotingFusion : FusionModule
{
    private readonly nn.Module<Tensor, Tensor> _head;

    /// <summary>Builds the head with TorchSharp's default initialization.</summary>
    /// <param name="widths">Features of each modality's representation, all the same, at least 1.</param>
    /// <param name="outputs">Values per prediction, at least 1.</param>
    /// <param name="weighting">How the votes are weighed.</param>
    /// <param name="hidden">Units of a hidden layer with ReLU in the head, at least 1; <see langword="null"/>, the default, for a
    /// linear head. ReconBoost's published code uses 256.</param>
    /// <exception cref="ArgumentException">Fewer than two widths, different ones, or a size below 1.</exception>
    public VotingFusion(IReadOnlyList<long> widths, long outputs, VoteWeighting weighting, long? hidden = null)
        : base(nameof(VotingFusion), widths, outputs)
    {
        FusionSizes.CheckEqual(Widths);
        Require.Defined(weighting);
        Weighting = weighting;
        _head = FusionSizes.Head(Widths[0], outputs, hidden);
        register_module("shared_head", _head);
    }

    /// <summary>How the votes are weighed.</summary>
    public VoteWeighting Weighting { get; }

    /// <inheritdoc/>
    public override bool PredictsUnimodal => true;

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> SharedHead => _head;

    /// <inheritdoc/>
    public override Tensor PredictUnimodal(int modality, Tensor representation) => _head.call(representation);

    /// <inheritdoc/>
    protected override Tensor FuseCore(IReadOnlyList<Tensor> representations, Tensor? present)
    {
        // Zeros go into the head too: a NaN there, times the zero gradient of an absent vote, is a NaN in its weights.
        var votes = stack(representations.Select((z, m) =>
            ZeroAbsent(m, _head.call(ZeroAbsent(m, z, present)), present)).ToArray());
        return Weighting switch
        {
            VoteWeighting.Sum => votes.sum([0L]),
            VoteWeighting.Mean when present is null => votes.mean([0L]),
            VoteWeighting.Mean => votes.sum([0L]) / present.to(votes.dtype).sum(1, keepdim: true).clamp(min: 1),
            _ => (votes * VoteWeights.Of(-Entropy(votes), present).unsqueeze(2)).sum([0L]),
        };
    }

    /// <summary>Of each vote, [M, batch]. From log-softmax, so that large logits do not make it NaN.</summary>
    private static Tensor Entropy(Tensor votes)
    {
        var log = votes.log_softmax(2);
        return -(log.exp() * log).sum([2L]);
    }
}
