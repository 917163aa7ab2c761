using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>Sizes that several fusions share, checked.</summary>
internal static class FusionSizes
{
    /// <summary>Refuses another number of modalities than two, and a leader that is not one of them.</summary>
    /// <param name="widths">Features of each modality's representation.</param>
    /// <param name="leader">The modality that acts on the other.</param>
    /// <param name="parameter">The name of the parameter that gave the leader.</param>
    public static void CheckPair(IReadOnlyList<long> widths, int leader, string parameter)
    {
        if (widths.Count != 2)
        {
            throw new ArgumentException(
                "widths must hold two sizes, because this fusion is defined for two modalities, but holds "
                + $"{widths.Count}.",
                nameof(widths));
        }

        if (leader is not (0 or 1))
        {
            throw new ArgumentOutOfRangeException(parameter, leader, $"{parameter} must be 0 or 1.");
        }
    }

    /// <summary>Refuses a leader that is not one of the modalities.</summary>
    /// <param name="widths">Features of each modality's representation.</param>
    /// <param name="leader">The modality that acts on the others.</param>
    /// <param name="parameter">The name of the parameter that gave the leader.</param>
    public static void CheckLeader(IReadOnlyList<long> widths, int leader, string parameter)
    {
        if (leader < 0 || leader >= widths.Count)
        {
            throw new ArgumentOutOfRangeException(
                parameter, $"{parameter} must lie in [0, {widths.Count - 1}], a modality's index, but is {leader}.");
        }
    }

    /// <summary>Refuses different widths, which a shared head could not read.</summary>
    /// <param name="widths">Features of each modality's representation.</param>
    public static void CheckEqual(IReadOnlyList<long> widths)
    {
        if (widths.Distinct().Count() > 1)
        {
            throw new ArgumentException(
                $"widths must all be the same, because one head reads every modality, but are [{string.Join(", ", widths)}].",
                nameof(widths));
        }
    }

    /// <summary>A head: linear, or with one hidden layer.</summary>
    /// <param name="width">Features that it reads.</param>
    /// <param name="outputs">Values that it gives.</param>
    /// <param name="hidden">Units of the hidden layer, at least 1; null for none.</param>
    public static nn.Module<Tensor, Tensor> Head(long width, long outputs, long? hidden)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden ?? 1, 1, nameof(hidden));
        return hidden is { } units
            ? nn.Sequential(nn.Linear(width, units), nn.ReLU(), nn.Linear(units, outputs))
            : nn.Linear(width, outputs);
    }

    /// <summary>The width of the space that every modality is projected to.</summary>
    /// <param name="widths">Features of each modality's representation.</param>
    /// <param name="width">At least 1; null for the largest of the widths.</param>
    public static long Common(IReadOnlyList<long> widths, long? width)
    {
        long common = width ?? widths.Max();
        ArgumentOutOfRangeException.ThrowIfLessThan(common, 1, nameof(width));
        return common;
    }
}
