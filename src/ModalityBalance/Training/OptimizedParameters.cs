using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace ModalityBalance.Training;

/// <summary>Which of a model's parameters an optimizer moves.</summary>
internal static class OptimizedParameters
{
    /// <summary>Refuses an optimizer that is not of the model.</summary>
    /// <returns>The optimizer.</returns>
    /// <exception cref="ArgumentException">It is null, holds no parameter, one twice, or one that is not the model's.
    /// </exception>
    public static Optimizer Check(Optimizer? optimizer, nn.Module root)
    {
        if (optimizer is null)
        {
            throw new ArgumentException("Optimizer must give an optimizer, but gave null.");
        }

        var names = ModelParts.Names(root);
        var held = optimizer.parameters().ToArray();
        int foreign = held.Count(parameter => !names.ContainsKey(parameter));
        if (held.Length == 0 || foreign > 0)
        {
            throw new ArgumentException(
                $"Optimizer must hold parameters of the model alone, at least one, but {foreign} of the {held.Length} that "
                + "it holds are not the model's: make it of the model that the function is given.");
        }

        var twice = names.Keys.FirstOrDefault(one => held.Count(other => ReferenceEquals(one, other)) > 1);
        return twice is null
            ? optimizer
            : throw new ArgumentException($"Optimizer must hold each parameter once, but holds '{names[twice]}' again.");
    }

    /// <summary>The trainable parameters that it does not move, by name.</summary>
    public static IReadOnlyList<string> LeftOut(Optimizer optimizer, nn.Module root)
    {
        var held = optimizer.parameters().ToHashSet((IEqualityComparer<Parameter>)ReferenceEqualityComparer.Instance);
        return ModelParts.Names(root).Where(entry => entry.Key.requires_grad && !held.Contains(entry.Key))
            .Select(entry => entry.Value).ToArray();
    }

    /// <summary>Where each parameter stands, by name: the optimizer's state is saved in this order.</summary>
    public static IReadOnlyDictionary<string, string> Places(Optimizer optimizer, nn.Module root)
    {
        var names = ModelParts.Names(root);
        return optimizer.ParamGroups.OfType<ParamGroup>().SelectMany((group, i) => group.Parameters
                .Select((parameter, place) => (Name: names[parameter], Place: $"in place {place} of group {i}")))
            .ToDictionary(entry => entry.Name, entry => entry.Place);
    }
}
