using ModalityBalance.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>A model's parameters by the part that they belong to: each encoder, and fusion and heads together.</summary>
internal static class ModelParts
{
    public static IEqualityComparer<Parameter> Comparer => ReferenceEqualityComparer.Instance;

    /// <summary>The parts by the names that messages give them.</summary>
    public static (string Name, Parameter[] Parameters)[] Of(IMultimodalModel model) =>
    [
        .. model.Modalities.Select((name, m) => ($"the encoder of '{name}'", model.EncoderParameters(m).ToArray())),
        ("fusion and heads", model.SharedParameters().ToArray()),
    ];

    /// <summary>The names of a module's parameters.</summary>
    public static Dictionary<Parameter, string> Names(nn.Module root) => root.named_parameters().ToDictionary(
        entry => entry.parameter, entry => entry.name, Comparer);
}
