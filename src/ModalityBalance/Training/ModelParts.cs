using ModalityBalance.Internal;
using ModalityBalance.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>A model's parameters by the part that they belong to: each encoder, and fusion and heads together.</summary>
internal static class ModelParts
{
    /// <summary>The parts by the names that messages give them.</summary>
    public static (string Name, Parameter[] Parameters)[] Of(IMultimodalModel model) =>
    [
        .. model.Modalities.Select((name, m) => ($"the encoder of '{name}'", model.EncoderParameters(m).ToArray())),
        ("fusion and heads", model.SharedParameters().ToArray()),
    ];

    /// <summary>The names of a module's parameters.</summary>
    public static Dictionary<Parameter, string> Names(nn.Module root) => root.named_parameters().ToDictionary(
        entry => entry.parameter, entry => entry.name, Comparer);

    /// <summary>What stands against the parts: parameters that the root does not hold, that two parts share, or that no
    /// part has although they are trainable. One sentence per part or pair.</summary>
    public static IEnumerable<string> Findings(IMultimodalModel model)
    {
        var names = Names(model.Root);
        var parts = Of(model);
        return [.. Unregistered(parts, names), .. Shared(parts, names), .. LeftOver(parts, names)];
    }

    private static IEnumerable<string> Unregistered(
        (string Name, Parameter[] Parameters)[] parts, Dictionary<Parameter, string> names) =>
        from part in parts
        let count = part.Parameters.Count(parameter => !names.ContainsKey(parameter))
        where count > 0
        select $"The model's Root must hold all parameters, but lacks {count} of {part.Name}: register their modules "
            + "(TorchSharp passes over fields that are arrays or lists of modules).";

    private static IEnumerable<string> Shared(
        (string Name, Parameter[] Parameters)[] parts, Dictionary<Parameter, string> names) =>
        from i in Enumerable.Range(0, parts.Length)
        from j in Enumerable.Range(i + 1, parts.Length - i - 1)
        let common = parts[i].Parameters.Intersect(parts[j].Parameters, Comparer)
            .Select(parameter => names.GetValueOrDefault(parameter, parameter.Describe())).ToArray()
        where common.Length > 0
        select $"Each parameter must belong to one part of the model, but {parts[i].Name} and {parts[j].Name} share "
            + $"{common.Capped()}.";

    private static IEnumerable<string> LeftOver(
        (string Name, Parameter[] Parameters)[] parts, Dictionary<Parameter, string> names)
    {
        var owned = parts.SelectMany(part => part.Parameters).ToHashSet(Comparer);
        var left = names.Where(entry => entry.Key.requires_grad && !owned.Contains(entry.Key))
            .Select(entry => entry.Value).ToArray();
        return left.Length == 0
            ? []
            : ["Every trainable parameter must belong to an encoder or to SharedParameters, but these do not: "
                + $"{left.Capped()}."];
    }

    private static IEqualityComparer<Parameter> Comparer => ReferenceEqualityComparer.Instance;
}
