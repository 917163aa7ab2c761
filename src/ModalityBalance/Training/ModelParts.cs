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

    /// <summary>The modality to which a parameter group belongs: that of the encoder, or else of the unimodal head, of which it
    /// holds parameters; null if there is none, or if it holds parameters of several heads.</summary>
    public static int? Owner(IMultimodalModel model, ParamGroup group)
    {
        foreach (var parameters in new Func<int, IEnumerable<Parameter>>[] { model.EncoderParameters, model.HeadParameters })
        {
            int[] owners = [.. Enumerable.Range(0, model.Modalities.Count)
                .Where(m => parameters(m).Any(own => group.Parameters.Contains(own, Comparer)))];
            if (owners.Length > 0)
            {
                return owners.Length == 1 ? owners[0] : null;
            }
        }

        return null;
    }

    /// <summary>The names of a module's parameters.</summary>
    public static Dictionary<Parameter, string> Names(nn.Module root) => root.named_parameters().ToDictionary(
        entry => entry.parameter, entry => entry.name, Comparer);
}
