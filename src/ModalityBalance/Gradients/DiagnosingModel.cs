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

    public Tensor Encode(int modality, ModalityInput input) =>
        Named(() => model.Encode(modality, input), () => $"the encoder of '{Modalities[modality]}'", input.Tensors);

    // A head or fusion may begin with an operation in place, which a leaf does not take.
    public Tensor Fuse(IReadOnlyList<Tensor> representations, Tensor? present) =>
        Named(() => model.Fuse([.. representations.Select(Copy)], present), () => "the fusion", representations);

    public Tensor PredictUnimodal(int modality, Tensor representation) => Named(
        () => model.PredictUnimodal(modality, Copy(representation)),
        () => $"the head of '{Modalities[modality]}'",
        [representation]);

    /// <summary>Differentiates by <c>backward</c>, whose failures are exceptions. Those of <c>autograd.grad</c> end the
    /// process.</summary>
    /// <param name="modality">The encoder's index.</param>
    /// <param name="output">Its output.</param>
    /// <param name="cotangent">The gradient at the output.</param>
    /// <param name="keepGraph">Whether the graph is differentiated again.</param>
    /// <param name="inputs">The parameters that get gradients; null for all.</param>
    public void Backward(int modality, Tensor output, Tensor cotangent, bool keepGraph, IList<Tensor>? inputs)
    {
        Named(Run, () => $"the backward pass of the encoder of '{Modalities[modality]}'", [cotangent]);

        Tensor Run()
        {
            output.backward([cotangent], retain_graph: keepGraph, inputs: inputs);
            return output;
        }
    }

    public IEnumerable<Parameter> EncoderParameters(int modality) => model.EncoderParameters(modality);

    public IEnumerable<Parameter> SharedParameters() => model.SharedParameters();

    public IEnumerable<Parameter> HeadParameters(int modality) => model.HeadParameters(modality);

    public nn.Module<Tensor, Tensor>? SharedHead => model.SharedHead;

    public Tensor Pool(int modality, Tensor representation) => model.Pool(modality, representation);

    public Tensor PredictShared(Tensor representation) => Named(
        () => (SharedHead ?? throw new InvalidOperationException("The model must have a shared head, but has none."))
            .call(Copy(representation)),
        () => "the shared head",
        [representation]);

    private static Tensor Copy(Tensor representation) =>
        representation.requires_grad ? representation.clone() : representation;

    private Tensor Named(Func<Tensor> run, Func<string> part, IReadOnlyList<Tensor> inputs)
    {
        try
        {
            return run();
        }
        catch (ExternalException failure) when (!IsOutOfMemory(failure))
        {
            throw new InvalidOperationException(
                $"Step {step}: {part()} failed on {string.Join(" and ", inputs.Select(input => input.Kind()))}: "
                + failure.Message, failure);
        }
    }

    /// <summary>"CUDA out of memory. Tried to allocate ...", and the like from the CPU: callers that handle them recognize
    /// them by type and text.</summary>
    private static bool IsOutOfMemory(ExternalException failure) =>
        failure.Message.Contains("allocate", StringComparison.OrdinalIgnoreCase);
}
