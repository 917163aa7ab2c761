using ModalityBalance.Data;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// A network that can be cut at its representations: one encoder per modality, z_m = f_m(x_m), then a fusion
/// y = f_0(z_1 .. z_M). Layers that mix modalities belong into <see cref="Fuse"/>. Implement it directly for a network
/// of your own, or compose a <see cref="MultimodalModel"/>.
/// </summary>
public interface IMultimodalModel
{
    /// <summary>The modalities' names, at least two. Their order is the modality index everywhere.</summary>
    IReadOnlyList<string> Modalities { get; }

    /// <summary>The module that owns every parameter and buffer: for train and eval mode, device and state.</summary>
    nn.Module Root { get; }

    /// <summary>Whether <see cref="PredictUnimodal"/> works.</summary>
    bool HasUnimodalHeads { get; }

    /// <summary>The module that holds all parameters and buffers of one modality's encoder, and nothing else.</summary>
    /// <param name="modality">Index in [0, M).</param>
    nn.Module Encoder(int modality);

    /// <summary>The representation z_m of one modality.</summary>
    /// <param name="modality">Index in [0, M).</param>
    /// <param name="input">What the encoder reads.</param>
    /// <returns>Shape [batch, ...]; the caller owns it.</returns>
    Tensor Encode(int modality, ModalityInput input);

    /// <summary>The fused prediction.</summary>
    /// <param name="representations">One per modality, in their order, each [batch, ...].</param>
    /// <param name="present">Which modalities each sample has, bool, [batch, M]; null when all are there. What an
    /// absent modality's representation holds must not reach the prediction.</param>
    /// <returns>Logits [batch, classes] or values [batch]; the caller owns it.</returns>
    Tensor Fuse(IReadOnlyList<Tensor> representations, Tensor? present);

    /// <summary>The prediction of a single modality.</summary>
    /// <param name="modality">Index in [0, M).</param>
    /// <param name="representation">z_m, [batch, ...].</param>
    /// <returns>Same shape as that of <see cref="Fuse"/>; the caller owns it.</returns>
    /// <exception cref="InvalidOperationException">The model has no unimodal heads.</exception>
    Tensor PredictUnimodal(int modality, Tensor representation);

    /// <summary>The parameters of one encoder. No two encoders share one.</summary>
    /// <param name="modality">Index in [0, M).</param>
    IEnumerable<Parameter> EncoderParameters(int modality) => Encoder(modality).parameters();

    /// <summary>The parameters outside the encoders: fusion and heads.</summary>
    IEnumerable<Parameter> SharedParameters();

    /// <summary>Those of <see cref="SharedParameters"/> that belong to one modality's unimodal head and to no other's. None by
    /// default.</summary>
    /// <param name="modality">Index in [0, M).</param>
    IEnumerable<Parameter> HeadParameters(int modality) => [];

    /// <summary>The part of a representation that linear probes see: all of it by default, one row of tokens for a network of
    /// tokens.
    /// </summary>
    /// <param name="modality">Index in [0, M).</param>
    /// <param name="representation">z_m, [batch, ...].</param>
    /// <returns>[batch, features]; the caller owns it.</returns>
    Tensor Pool(int modality, Tensor representation) => representation.reshape(representation.shape[0], -1);

    /// <summary>A head that predicts from any modality's representation, [batch, width] to the shape of <see cref="Fuse"/>;
    /// <see langword="null"/>, the default, if there is none. Its parameters are among <see cref="SharedParameters"/>.
    /// </summary>
    nn.Module<Tensor, Tensor>? SharedHead => null;
}
