using System.Runtime.InteropServices;
using ModalityBalance.Data;
using ModalityBalance.Internal;
using ModalityBalance.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Gradients;

/// <summary>A model as a step calls it: a failure inside libtorch says which part failed, in which step and on what, as
/// libtorch's own text does not.</summary>
internal sealed class DiagnosingModel(IMultimodalModel model, long step) : IMultimodalModel
{
    public IReadOnlyList<string> Modalities => model.Modalities;

    public nn.Module Root => model.Root;

    public bool HasUnimodalHeads => model.HasUnimodalHeads;

    public nn.Module Encoder(int modality) => model.Encoder(modality);

    public Tensor Encode(int modality, ModalityInput input)
    {
        try
        {
            return model.Encode(modality, input);
        }
        catch (ExternalException failure) when (!IsOfMemory(failure))
        {
            throw Named($"the encoder of '{Modalities[modality]}'", input.Tensors, failure);
        }
    }

    public Tensor Fuse(IReadOnlyList<Tensor> representations, Tensor? present)
    {
        try
        {
            return model.Fuse(representations, present);
        }
        catch (ExternalException failure) when (!IsOfMemory(failure))
        {
            throw Named("the fusion", representations, failure);
        }
    }

    public Tensor PredictUnimodal(int modality, Tensor representation)
    {
        try
        {
            return model.PredictUnimodal(modality, representation);
        }
        catch (ExternalException failure) when (!IsOfMemory(failure))
        {
            throw Named($"the head of '{Modalities[modality]}'", [representation], failure);
        }
    }

    public IEnumerable<Parameter> EncoderParameters(int modality) => model.EncoderParameters(modality);

    public IEnumerable<Parameter> SharedParameters() => model.SharedParameters();

    /// <summary>"CUDA out of memory. Tried to allocate ...", and the like from the CPU: whoever handles them knows them
    /// by type and text.</summary>
    private static bool IsOfMemory(ExternalException failure) =>
        failure.Message.Contains("allocate", StringComparison.OrdinalIgnoreCase);

    private InvalidOperationException Named(string part, IReadOnlyList<Tensor> inputs, ExternalException failure) =>
        new($"Step {step}: {part} failed on {string.Join(" and ", inputs.Select(input => input.Kind()))}: "
            + failure.Message, failure);
}
