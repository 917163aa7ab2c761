using ModalityBalance.Internal;

namespace ModalityBalance.Strategies;

/// <summary>The settings of OGM-GE (Peng et al., CVPR 2022).</summary>
public sealed record OGMOptions
{
    /// <summary>How strongly a ratio above 1 shortens the gradient: alpha in k = 1 - tanh(alpha rho), finite and above 0. It has
    /// no default. The published code uses 0.1 for VGGSound and 0.8 for CREMA-D.</summary>
    public required double Alpha { get; init; }

    /// <summary>Whether Gaussian noise is added (GE). Defaults to <see langword="true"/>, as in the paper. It is drawn from
    /// TorchSharp's global generator.</summary>
    public bool Noise { get; init; } = true;

    /// <summary>The first epoch in which gradients are modulated, at least 0. Defaults to 0, as in the published code.</summary>
    public int StartEpoch { get; init; }

    /// <summary>The last epoch in which gradients are modulated, at least <see cref="StartEpoch"/>. Defaults to 50, as in the
    /// published code.</summary>
    public int EndEpoch { get; init; } = 50;

    /// <summary>The quantity that is scored as a modality's part of the logits. Defaults to <see cref="OGMScore.LogitShare"/>,
    /// which equals the paper's split for a linear layer on the concatenation. Use <see cref="OGMScore.Heads"/> with late fusion,
    /// whose shares are heads divided by M.</summary>
    public OGMScore Score { get; init; } = OGMScore.LogitShare;

    /// <summary>The divisor of a modality's score. Defaults to <see cref="OGMReference.MeanOfOthers"/>. For two modalities both
    /// give the same coefficients; for more the paper defines none.</summary>
    public OGMReference Reference { get; init; } = OGMReference.MeanOfOthers;

    /// <summary>The parameters of an encoder that are modulated. Defaults to <see cref="OGMTensors.WholeEncoder"/>, as in the
    /// paper.
    /// </summary>
    public OGMTensors Tensors { get; init; } = OGMTensors.WholeEncoder;

    internal void Check()
    {
        Require.Positive(Alpha);
        Require.AtLeast(0, StartEpoch);
        Require.AtLeast(StartEpoch, EndEpoch);
        Require.Defined(Score);
        Require.Defined(Reference);
        Require.Defined(Tensors);
    }
}

/// <summary>Specifies what OGM-GE scores as a modality's part of the logits.</summary>
public enum OGMScore
{
    /// <summary>The modality's share of the fused logits (<c>TrainingStep.LogitShares</c>).</summary>
    LogitShare,

    /// <summary>The logits of the modality's unimodal head.</summary>
    Heads,
}

/// <summary>Specifies the divisor of a modality's score in OGM-GE.</summary>
public enum OGMReference
{
    /// <summary>The mean score of the other modalities.</summary>
    MeanOfOthers,

    /// <summary>The lowest score of all modalities, as in BalanceBenchmark. With more than two modalities it shortens all but one
    /// gradient, however close the scores are.</summary>
    Weakest,
}

/// <summary>Specifies which parameters of an encoder OGM-GE modulates.</summary>
public enum OGMTensors
{
    /// <summary>All of them, as in the paper.</summary>
    WholeEncoder,

    /// <summary>Those with four dimensions, the weights of 2-d convolutions, as in the published code.</summary>
    Convolutions,
}
