using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>Weights of votes that are there.</summary>
internal static class VoteWeights
{
    /// <summary>The softmax of scores over the votes that a sample has.</summary>
    /// <param name="scores">[votes, batch].</param>
    /// <param name="present">Bool, [batch, M], of the first M votes; null if all are there.</param>
    /// <returns>[votes, batch]; zeros for a sample without any modality.</returns>
    public static Tensor Of(Tensor scores, Tensor? present)
    {
        if (present is null)
        {
            return scores.softmax(0);
        }

        var any = present.any(1);
        var here = present.t();
        long others = scores.shape[0] - here.shape[0];
        if (others > 0)
        {
            here = cat([here, any.unsqueeze(0).expand(others, -1)], 0);
        }

        // A softmax over nothing would be NaN, even where it is not used.
        var shown = here.logical_or(any.logical_not().unsqueeze(0));
        return where(here, scores.masked_fill(shown.logical_not(), double.NegativeInfinity).softmax(0), zeros_like(scores));
    }
}
