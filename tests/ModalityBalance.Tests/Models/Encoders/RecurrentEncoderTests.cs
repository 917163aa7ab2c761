using ModalityBalance.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Models;

/// <summary>The recurrent encoder against the equations of its cells, written out with numbers.</summary>
public class RecurrentEncoderTests
{
    private const int Inputs = 2;
    private const int Width = 3;

    [Theory]
    [InlineData(RecurrentCell.GRU, 1)]
    [InlineData(RecurrentCell.GRU, 2)]
    [InlineData(RecurrentCell.LSTM, 1)]
    [InlineData(RecurrentCell.LSTM, 2)]
    public void The_representation_is_the_last_layers_state_at_the_last_true_step(RecurrentCell cell, int layers)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        using var encoder = new RecurrentEncoder(Inputs, Width, cell, layers);
        encoder.to(ScalarType.Float64);
        var input = randn(3, 4, Inputs, dtype: ScalarType.Float64);
        long[] lengths = [2, 4, 1];

        var output = encoder.call(input, tensor(lengths));

        for (int row = 0; row < lengths.Length; row++)
        {
            var steps = Enumerable.Range(0, (int)lengths[row]).Select(t => input[row, t].data<double>().ToArray()).ToArray();
            for (int layer = 0; layer < layers; layer++)
            {
                var gates = new Gates(encoder, layer);
                steps = cell == RecurrentCell.GRU ? Gru(gates, steps) : Lstm(gates, steps);
            }

            output[row].data<double>().ToArray().Should().Equal(steps[^1], (a, b) => Math.Abs(a - b) < 1e-12);
        }
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        Refuses(() => new RecurrentEncoder(0, 4), "inputs must be at least 1, but is 0.*");
        Refuses(() => new RecurrentEncoder(3, 0), "width must be at least 1, but is 0.*");
        Refuses(() => new RecurrentEncoder(3, 4, (RecurrentCell)7), "cell must be a named value, but is 7.*");
        Refuses(() => new RecurrentEncoder(3, 4, layers: 0), "layers must be at least 1, but is 0.*");
        Refuses(() => new RecurrentEncoder(3, 4, dropout: 1.5), "dropout must lie in [0, 1], but is 1.5.*");

        static void Refuses(Func<RecurrentEncoder> make, string message) =>
            make.Should().Throw<ArgumentOutOfRangeException>().WithMessage(message);
    }

    // r = s(W_r x + U_r h), z = s(W_z x + U_z h), n = tanh(W_n x + r (U_n h)), h = (1 - z) n + z h, products with their biases.
    private static double[][] Gru(Gates gates, double[][] steps)
    {
        var h = new double[Width];
        return [.. steps.Select(x => h = [.. Enumerable.Range(0, Width).Select(i =>
        {
            double r = Sigmoid(gates.Input(0, i, x) + gates.State(0, i, h));
            double z = Sigmoid(gates.Input(1, i, x) + gates.State(1, i, h));
            double n = Math.Tanh(gates.Input(2, i, x) + (r * gates.State(2, i, h)));
            return ((1 - z) * n) + (z * h[i]);
        })])];
    }

    // c = s(f) c + s(i) tanh(g), h = s(o) tanh(c); the gates i, f, g, o stand in this order.
    private static double[][] Lstm(Gates gates, double[][] steps)
    {
        var (h, c) = (new double[Width], new double[Width]);
        return [.. steps.Select(x =>
        {
            double Gate(int gate, int i) => gates.Input(gate, i, x) + gates.State(gate, i, h);
            c = [.. Enumerable.Range(0, Width).Select(i =>
                (Sigmoid(Gate(1, i)) * c[i]) + (Sigmoid(Gate(0, i)) * Math.Tanh(Gate(2, i))))];
            return h = [.. Enumerable.Range(0, Width).Select(i => Sigmoid(Gate(3, i)) * Math.Tanh(c[i]))];
        })];
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>The products of a layer, row i of a gate.</summary>
    private sealed class Gates(RecurrentEncoder encoder, int layer)
    {
        private readonly Tensor _input = encoder.get_parameter($"network.weight_ih_l{layer}")!;
        private readonly Tensor _state = encoder.get_parameter($"network.weight_hh_l{layer}")!;
        private readonly Tensor _inputBias = encoder.get_parameter($"network.bias_ih_l{layer}")!;
        private readonly Tensor _stateBias = encoder.get_parameter($"network.bias_hh_l{layer}")!;

        public double Input(int gate, int i, double[] x) => Row(_input, _inputBias, (gate * Width) + i, x);

        public double State(int gate, int i, double[] h) => Row(_state, _stateBias, (gate * Width) + i, h);

        private static double Row(Tensor weight, Tensor bias, int row, double[] x) =>
            x.Select((value, j) => weight[row, j].item<double>() * value).Sum() + bias[row].item<double>();
    }
}
