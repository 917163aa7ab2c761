using System.Numerics;
using ModalityBalance.Internal;
using ModalityBalance.Solvers;
using static TorchSharp.torch;

namespace ModalityBalance.Gradients;

/// <content>The modalities' shares of the fused prediction.</content>
public sealed partial class TrainingStep
{
    /// <summary>The largest number of modalities for <see cref="LogitShares"/>: 62 runs of the fusion.</summary>
    public const int MaxSharingModalities = 6;

    /// <summary>
    /// The part of the fused logits that each modality contributes: its Shapley value in the game whose value v(S) is the fused
    /// prediction with zeros in place of the representations outside S, and v(none) = 0. The parts sum to the prediction. Exact
    /// for fusions that add the modalities: z_m V_m + b/M for a linear layer on the concatenation.
    /// </summary>
    /// <remarks>Costs 2^M - 2 runs of the fusion, in evaluation mode, and no encoder pass. With gradient mode on, the parts can
    /// be differentiated. The part of a modality that a sample lacks is zero.</remarks>
    /// <param name="prediction">The result of <see cref="Predict()"/>, [batch, outputs], which is v(all).</param>
    /// <returns>One part per modality, like the prediction.</returns>
    /// <exception cref="InvalidOperationException">There are more than <see cref="MaxSharingModalities"/> modalities.
    /// </exception>
    public IReadOnlyList<Tensor> LogitShares(Tensor prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        if (ModalityCount > MaxSharingModalities)
        {
            throw new InvalidOperationException(
                $"Logit shares need at most {MaxSharingModalities} modalities, but the model has {ModalityCount}.");
        }

        var values = CoalitionValues(prediction);
        return [.. Enumerable.Range(0, ModalityCount).Select(m => Share(values, m))];
    }

    /// <summary>v(S) for every set S of modalities: m is in the set at index k if bit m of k is set. Null for none.</summary>
    private Tensor?[] CoalitionValues(Tensor prediction)
    {
        int all = (1 << ModalityCount) - 1;
        var empty = Representations.Select(z => zeros_like(z)).ToArray();
        var values = new Tensor?[all + 1];
        using var evaluation = EvaluationMode.Enter(Model.Root);
        for (int set = 1; set <= all; set++)
        {
            int members = set;
            var value = set == all
                ? prediction
                : Predict([.. Representations.Select((z, m) => Contains(members, m) ? z : empty[m])], Batch.Present?.Values);
            values[set] = Batch.Present is null ? value : where(HasAny(members).unsqueeze(1), value, zeros_like(value));
        }

        return values;
    }

    /// <summary>sum over S without m of |S|! (M - |S| - 1)! / M! (v(S + m) - v(S)).</summary>
    private Tensor Share(Tensor?[] values, int modality)
    {
        int bit = 1 << modality;
        return Enumerable.Range(0, values.Length).Where(set => !Contains(set, modality))
            .Select(set => Shapley.Weight(BitOperations.PopCount((uint)set), ModalityCount)
                * (values[set] is { } without ? values[set | bit]! - without : values[set | bit]!))
            .Aggregate((sum, term) => sum + term);
    }

    /// <summary>The samples that have a modality of a set, bool [batch].</summary>
    private Tensor HasAny(int set) => Enumerable.Range(0, ModalityCount).Where(m => Contains(set, m))
        .Select(m => Batch.Present!.Values.select(1, m)).Aggregate((any, present) => any.logical_or(present));

    private static bool Contains(int set, int modality) => (set & (1 << modality)) != 0;
}
