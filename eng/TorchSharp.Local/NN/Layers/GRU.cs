using TorchSharp.Modules;
using TorchSharp.Native;

namespace TorchSharp.Modules
{
    public sealed class GRU : torch.nn.Module<torch.Tensor, torch.Tensor, (torch.Tensor, torch.Tensor)>
    {
        private readonly long _hidden;
        private readonly long _layers;
        private readonly bool _bias;
        private readonly bool _batchFirst;
        private readonly double _dropout;
        private readonly bool _bidirectional;

        internal GRU(long inputSize, long hiddenSize, long numLayers, bool bias, bool batchFirst, double dropout, bool bidirectional,
            torch.Device? device, torch.ScalarType? dtype)
            : base(nameof(GRU))
        {
            _hidden = hiddenSize;
            _layers = numLayers;
            _bias = bias;
            _batchFirst = batchFirst;
            _dropout = dropout;
            _bidirectional = bidirectional;
            double bound = 1 / Math.Sqrt(hiddenSize);
            foreach ((string name, long[] shape) in Shapes(inputSize))
            {
                torch.Tensor weight = torch.empty(shape, dtype, device).uniform_(-bound, bound);
                register_parameter(name, (Parameter)weight.AsParameter().DetachFromDisposeScope());
            }
        }

        /// <summary>The outputs of the last layer at every step, and the last hidden state of every layer.</summary>
        /// <param name="input">[steps, batch, inputs], or batch first.</param>
        /// <param name="h0">[layers * directions, batch, hidden]; zeros if null.</param>
        public override (torch.Tensor, torch.Tensor) forward(torch.Tensor input, torch.Tensor? h0 = null)
        {
            using torch.Tensor? zeros = h0 is null
                ? torch.zeros(_layers * (_bidirectional ? 2 : 1), input.size(_batchFirst ? 0 : 1), _hidden, input.dtype, input.device)
                : null;
            torch.Tensor?[] weights = [.. parameters()];
            return Ops.Gru.T2(input, h0 ?? zeros, weights, _bias, _layers, _dropout, training, _bidirectional, _batchFirst);
        }

        public new (torch.Tensor, torch.Tensor) call(torch.Tensor input, torch.Tensor? h0 = null) => base.call(input, h0!);

        // In the order in which the operator takes them: three gates of rows each, input and hidden, then their biases.
        private IEnumerable<(string Name, long[] Shape)> Shapes(long inputs)
        {
            for (long layer = 0; layer < _layers; layer++)
            {
                foreach (string suffix in _bidirectional ? (string[])["", "_reverse"] : [""])
                {
                    long width = layer == 0 ? inputs : _hidden * (_bidirectional ? 2 : 1);
                    yield return ($"weight_ih_l{layer}{suffix}", [3 * _hidden, width]);
                    yield return ($"weight_hh_l{layer}{suffix}", [3 * _hidden, _hidden]);
                    if (_bias)
                    {
                        yield return ($"bias_ih_l{layer}{suffix}", [3 * _hidden]);
                        yield return ($"bias_hh_l{layer}{suffix}", [3 * _hidden]);
                    }
                }
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static GRU GRU(long inputSize, long hiddenSize, long numLayers = 1, bool bias = true, bool batchFirst = false, double dropout = 0,
                bool bidirectional = false, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, device, dtype);
        }
    }
}
