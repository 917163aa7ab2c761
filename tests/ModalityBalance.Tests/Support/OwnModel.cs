using ModalityBalance.Data;
using ModalityBalance.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Support;

/// <summary>A model of one's own: the parts of another, encoded in another way.</summary>
internal sealed class OwnModel(MultimodalModel parts, Func<int, ModalityInput, Tensor> encode) : IMultimodalModel
{
    public IReadOnlyList<string> Modalities => parts.Modalities;

    public nn.Module Root => parts;

    public bool HasUnimodalHeads => parts.HasUnimodalHeads;

    public nn.Module Encoder(int modality) => parts.Encoder(modality);

    public Tensor Encode(int modality, ModalityInput input) => encode(modality, input);

    public Tensor Fuse(IReadOnlyList<Tensor> representations, Tensor? present) => parts.Fuse(representations, present);

    public Tensor PredictUnimodal(int modality, Tensor representation) =>
        parts.PredictUnimodal(modality, representation);

    public IEnumerable<Parameter> SharedParameters() => parts.SharedParameters();
}
