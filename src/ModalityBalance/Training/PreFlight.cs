using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Teachers;

namespace ModalityBalance.Training;

/// <summary>Looks for what would make training fail or lie, before it starts.</summary>
public static class PreFlight
{
    /// <summary>Everything that stands against training a model by a strategy.</summary>
    /// <param name="model">The network.</param>
    /// <param name="strategy">How its gradients come about.</param>
    /// <param name="teachers">Where teacher outputs come from; null for nowhere.</param>
    /// <param name="epochs">Epochs of training.</param>
    /// <returns>One sentence per finding; empty when there is none.</returns>
    public static IReadOnlyList<string> Findings(
        IMultimodalModel model, IGradientStrategy strategy, ITeacherSource? teachers, int epochs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(strategy);
        var findings = new List<string>();
        if (model.Modalities.Count < 2)
        {
            findings.Add($"The model must have at least two modalities, but has {model.Modalities.Count}.");
        }

        if (strategy.Requirements.HasFlag(StrategyRequirements.UnimodalHeads) && !model.HasUnimodalHeads)
        {
            findings.Add(
                $"{strategy.Name} needs a prediction from each modality alone, but the model has no unimodal heads: "
                + "use late fusion or give the model heads.");
        }

        if (strategy.Requirements.HasFlag(StrategyRequirements.Teachers) && teachers is null)
        {
            findings.Add($"{strategy.Name} needs unimodal teachers, but the options name none.");
        }

        if (teachers?.Modalities is { } taught && !taught.SequenceEqual(model.Modalities))
        {
            findings.Add(
                $"The teachers must be of the model's modalities, in their order, {string.Join(", ", model.Modalities)}, but "
                + $"are of {string.Join(", ", taught)}.");
        }

        findings.AddRange(strategy.Validate(new TrainingPlan(model.Modalities.Count, epochs, teachers)));
        findings.AddRange(ModelParts.Findings(model));
        return findings;
    }

    /// <summary>Throws when there is any finding.</summary>
    /// <inheritdoc cref="Findings"/>
    /// <exception cref="ArgumentException">The message holds all findings.</exception>
    public static void Check(IMultimodalModel model, IGradientStrategy strategy, ITeacherSource? teachers, int epochs)
    {
        Refuse(Findings(model, strategy, teachers, epochs));
    }

    internal static void Refuse(IReadOnlyList<string> findings)
    {
        if (findings.Count > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, findings));
        }
    }
}
