using ModalityBalance.Data;
using ModalityBalance.Internal;

namespace ModalityBalance.Evaluation;

/// <summary>How a probe's penalty comes about.</summary>
public sealed record ProbeOptions
{
    /// <summary>Samples to choose the penalty on, neither those that the probe is fitted on nor those that it is scored
    /// on; null, the default, for the fixed <see cref="Penalty"/>.</summary>
    public IBatchSource? Validation { get; init; }

    /// <summary>The penalty without validation data, at least 0; <see cref="LinearProbe.DefaultPenalty"/> by default.
    /// </summary>
    public double Penalty { get; init; } = LinearProbe.DefaultPenalty;

    /// <summary>The penalties to choose among with validation data, at least one, each at least 0. By default the fixed
    /// one times 0.1, 1, 10, 100 and 1000, this library's choice.</summary>
    public IReadOnlyList<double> Candidates { get; init; } = [5e-6, 5e-5, 5e-4, 5e-3, 5e-2];

    internal void Check()
    {
        Require.NonNegative(Penalty);
        CheckCandidates(Candidates, nameof(Candidates));
    }

    internal static void CheckCandidates(IReadOnlyList<double> candidates, string name)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        if (candidates.Count == 0)
        {
            throw new ArgumentException($"{name} must hold at least one penalty, but is empty.", name);
        }

        foreach (var (i, candidate) in candidates.Index())
        {
            Require.NonNegative(candidate, $"{name}[{i}]");
        }
    }
}
