using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// A recurrent network for sequences, [batch, time, features]. The representation is the state of the last layer at each
/// sequence's last true step.
/// </summary>
/// <remarks>
/// The network runs over the padding too, and the state is taken before it: a unidirectional network's state does not depend on
/// later steps. Packing would save the padding's share of the work, but needs the lengths on the host in every step. Sequences
/// of similar length in one batch keep that share small. On CUDA, cuDNN computes gradients in training mode only.
/// </remarks>
public sealed class RecurrentEncoder : SequenceEncoder
{
    private readonly Func<Tensor, Tensor> _states;
    private readonly double _dropout;

    /// <summary>Builds the network with TorchSharp's default initialization.</summary>
    /// <param name="inputs">Features of a step, at least 1.</param>
    /// <param name="width">Features of the state, and so of the representation; at least 1.</param>
    /// <param name="cell">The kind of recurrent network. GRU by default, as in MultiBench's and I2MCL's code; I2MCL's paper
    /// says LSTM.</param>
    /// <param name="layers">Layers, each reading the states of the one before; at least 1. 1 by default, as in both
    /// codes.</param>
    /// <param name="dropout">Probability, in [0, 1], with which a feature of the representation is zero in training. 0 by
    /// default, as in I2MCL's code; MultiBench's uses 0.1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value out of range.</exception>
    public RecurrentEncoder(
        long inputs, long width, RecurrentCell cell = RecurrentCell.GRU, int layers = 1, double dropout = 0)
        : base(nameof(RecurrentEncoder), inputs, width)
    {
        Require.AtLeast(1, inputs);
        Require.AtLeast(1, width);
        Require.Defined(cell);
        Require.AtLeast(1, layers);
        Require.InUnitInterval(dropout);
        _dropout = dropout;
        if (cell == RecurrentCell.GRU)
        {
            var gru = nn.GRU(inputs, width, layers, batchFirst: true);
            register_module("network", gru);
            _states = steps => gru.forward(steps).Item1;
        }
        else
        {
            var lstm = nn.LSTM(inputs, width, layers, batchFirst: true);
            register_module("network", lstm);
            _states = steps => lstm.forward(steps).Item1;
        }
    }

    /// <inheritdoc/>
    private protected override Tensor Run(Tensor input, Tensor? lengths)
    {
        var sequences = new SequenceLengths(lengths, input.shape[1]);
        var last = sequences.Last(_states(sequences.Clear(input)));
        return _dropout > 0 ? nn.functional.dropout(last, _dropout, training) : last;
    }
}

/// <summary>The kind of recurrent network.</summary>
public enum RecurrentCell
{
    /// <summary>Gated recurrent unit (Cho et al., EMNLP 2014), with the reset gate after the product with the state, as cuDNN
    /// computes it.</summary>
    GRU,

    /// <summary>Long short-term memory (Hochreiter and Schmidhuber, 1997) with a forget gate. The representation is the hidden
    /// state, not the cell.</summary>
    LSTM,
}
