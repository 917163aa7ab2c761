using ModalityBalance.Strategies;
using TorchSharp.Modules;

namespace ModalityBalance.Training;

/// <summary>Looks for what would make training fail or lie, before it starts.</summary>
public static class PreFlight
{
    /// <summary>Everything that stands against training a model by a strategy.</summary>
    /// <returns>One sentence per finding; empty when there is none.</returns>
    public static IReadOnlyList<string> Findings(IMultimodalModel model, IGradientStrategy strategy)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(strategy);
        var findings = new List<string>();
        if (model.Modalities.Count < 2)
        {
            findings.Add($"The model must have at least two modalities, but has {model.Modalities.Count}.");
        }

        if (strategy.Needs.HasFlag(StrategyNeeds.UnimodalHeads) && !model.HasUnimodalHeads)
        {
            findings.Add(
                $"{strategy.Name} needs a prediction from each modality alone, but the model has no unimodal heads: "
                + "use late fusion or give the model heads.");
        }

        findings.AddRange(SharedParameters(model));
        return findings;
    }

    /// <summary>Throws when there is any finding.</summary>
    /// <exception cref="ArgumentException">The message holds all findings.</exception>
    public static void Check(IMultimodalModel model, IGradientStrategy strategy)
    {
        var findings = Findings(model, strategy);
        if (findings.Count > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, findings));
        }
    }

    private static IEnumerable<string> SharedParameters(IMultimodalModel model)
    {
        var owners = new Dictionary<Parameter, string>(ReferenceEqualityComparer.Instance);
        var parts = model.Modalities
            .Select((name, m) => ($"the encoder of '{name}'", model.EncoderParameters(m)))
            .Append(("fusion and heads", model.SharedParameters()));
        foreach (var (part, parameters) in parts)
        {
            foreach (var parameter in parameters)
            {
                if (!owners.TryAdd(parameter, part) && owners[parameter] != part)
                {
                    yield return $"A parameter of shape {parameter.Describe()} belongs to {owners[parameter]} and to "
                        + $"{part}, but each must belong to one.";
                }
            }
        }
    }
}
