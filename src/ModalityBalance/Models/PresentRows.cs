using System.Runtime.CompilerServices;
using ModalityBalance.Data;
using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>The samples of a batch that have one modality. Only they are encoded, in training and evaluation alike, so that the
/// placeholders of the others may hold anything.</summary>
internal sealed class PresentRows
{
    // Representations that an encoder returned last, one row of them: what a batch without the modality is given zeros like.
    private static readonly ConditionalWeakTable<nn.Module, Shape> Seen = [];

    private readonly IMultimodalModel _model;
    private readonly MultimodalBatch _batch;
    private readonly int _modality;
    private readonly long[]? _rows;

    public PresentRows(IMultimodalModel model, MultimodalBatch batch, int modality)
    {
        (_model, _batch, _modality) = (model, batch, modality);
        var rows = batch.Present?.Rows(modality);
        _rows = rows?.Length == batch.Size ? null : rows;
    }

    /// <summary>Whether no sample has the modality.</summary>
    public bool None => _rows is [];

    /// <summary>The input of the samples that have the modality.</summary>
    public ModalityInput Input =>
        _rows is null ? _batch.Inputs[_modality] : _batch.Inputs[_modality].Select(Index);

    private Tensor Index => tensor(_rows!, device: _batch.Targets.device);

    /// <summary>The representations of a batch, [batch, ...]: zeros for samples without the modality.</summary>
    public static Tensor Encode(IMultimodalModel model, MultimodalBatch batch, int modality)
    {
        var rows = new PresentRows(model, batch, modality);
        return rows.None ? rows.Zeros() : rows.Place(model.Encode(modality, rows.Input));
    }

    /// <summary>The rows of the samples that have the modality, of a tensor [batch, ...].</summary>
    public Tensor Of(Tensor whole) => _rows is null ? whole : whole.index_select(0, Index);

    /// <summary>The representations of the samples that have the modality in their places, zeros in the others, so that
    /// nothing of the other inputs is seen, not even by batch statistics.</summary>
    /// <param name="encoded">One row per sample that has the modality.</param>
    public Tensor Place(Tensor encoded)
    {
        Seen.AddOrUpdate(_model.Encoder(_modality), new Shape(encoded.shape[1..], encoded.dtype));
        return _rows is null
            ? encoded
            : zeros([_batch.Size, .. encoded.shape[1..]], encoded.dtype, encoded.device).index_copy(0, Index, encoded);
    }

    /// <summary>The representations of a batch that is not encoded: zeros in the shape that the encoder returned last, or else
    /// returns for a sample of ones, without changing any state. A placeholder would not do: it may hold a length of 0, or a
    /// token that is none.</summary>
    public Tensor Zeros()
    {
        if (!Seen.TryGetValue(_model.Encoder(_modality), out var shape))
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            using var evaluation = EvaluationMode.Enter(_model.Encoder(_modality));
            var first = _batch.Inputs[_modality].Narrow(0, 1);
            var encoded = _model.Encode(_modality, new ModalityInput([.. first.Tensors.Select(tensor => tensor.ones_like())]));
            shape = new Shape(encoded.shape[1..], encoded.dtype);
        }

        return zeros([_batch.Size, .. shape.Sizes], shape.Type, _batch.Targets.device);
    }

    private sealed record Shape(long[] Sizes, ScalarType Type);
}
