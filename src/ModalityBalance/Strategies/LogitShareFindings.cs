using ModalityBalance.Gradients;
using ModalityBalance.Tasks;

namespace ModalityBalance.Strategies;

/// <summary>The reasons why a training cannot be measured by <see cref="TrainingStep.LogitShares"/>.</summary>
internal static class LogitShareFindings
{
    /// <summary>One sentence per problem.</summary>
    public static IEnumerable<string> Of(string strategy, TrainingPlan plan)
    {
        if (plan.Task is RegressionTask)
        {
            yield return $"{strategy} scores each modality's share of the logits, which a RegressionTask has none of: a share of a "
                + "value is no prediction of the target.";
        }

        if (plan.Modalities > TrainingStep.MaxSharingModalities)
        {
            yield return $"{strategy} needs at most {TrainingStep.MaxSharingModalities} modalities to share the logits between, but "
                + $"the model has {plan.Modalities}.";
        }
    }
}
