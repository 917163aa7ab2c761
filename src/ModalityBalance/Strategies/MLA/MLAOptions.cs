using ModalityBalance.Internal;

namespace ModalityBalance.Strategies;

/// <summary>The settings of MLA (Zhang et al., CVPR 2024).</summary>
public sealed record MLAOptions
{
    /// <summary>Whether and how the head's gradient is projected. Defaults to <see cref="MLAProjection.Recursive"/>, the
    /// equations.
    /// </summary>
    public MLAProjection Projection { get; init; } = MLAProjection.Recursive;

    /// <summary>The mean feature that the projection takes in at a turn. Defaults to <see cref="MLAMemory.Previous"/>.</summary>
    public MLAMemory Memory { get; init; } = MLAMemory.Previous;

    /// <summary>The base of the damping, alpha = Decay^(1 + share of the epoch that is over), in (0, 1]. Defaults to 0.1, as in
    /// the published code.</summary>
    public double Decay { get; init; } = 0.1;

    /// <summary>Whether the projection starts from the identity in every epoch. Defaults to <see langword="false"/>. It is this
    /// library's remedy for a projection that leaves the head nothing to learn.</summary>
    public bool RestartEveryEpoch { get; init; }

    internal void Check()
    {
        Require.Defined(Projection);
        Require.Defined(Memory);
        Require.PositiveShare(Decay);
    }
}

/// <summary>How MLA projects the gradient of the shared head.</summary>
public enum MLAProjection
{
    /// <summary>Not at all, which is what the published code does in effect.</summary>
    None,

    /// <summary>By the recursion of orthogonal weights modification.</summary>
    Recursive,

    /// <summary>The same, divided by the projection's Frobenius norm after every turn, as the published code intends.</summary>
    RecursiveNormalized,
}

/// <summary>Specifies which mean feature MLA's projection takes in at a turn.</summary>
public enum MLAMemory
{
    /// <summary>That of the turn before, across batches: the update does not disturb what the previous modality fed the head.
    /// </summary>
    Previous,

    /// <summary>That of the present turn, before its own gradient is projected, as in the published code.</summary>
    Current,
}
