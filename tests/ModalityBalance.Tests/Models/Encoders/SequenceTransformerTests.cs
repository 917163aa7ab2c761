using ModalityBalance.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Models;

/// <summary>The transformer against its equations, written out with numbers.</summary>
public class SequenceTransformerTests
{
    private const int Width = 4;
    private const int Heads = 2;

    [Fact]
    public void A_block_attends_with_every_head_and_the_mean_is_taken_over_true_steps()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        using var encoder = new SequenceTransformer(3, Width, layers: 1, heads: Heads);
        encoder.to(ScalarType.Float64);
        using (no_grad())
        {
            // Norms that do something, and biases that could be in the wrong place.
            foreach (var parameter in encoder.parameters())
            {
                parameter.copy_(randn_like(parameter));
            }
        }

        var input = randn(2, 5, 3, dtype: ScalarType.Float64);
        long[] lengths = [3, 5];

        var output = encoder.call(input, tensor(lengths));

        for (int row = 0; row < lengths.Length; row++)
        {
            var steps = Enumerable.Range(0, (int)lengths[row]).Select(t => input[row, t].data<double>().ToArray()).ToArray();
            output[row].data<double>().ToArray()
                .Should().Equal(Reference(encoder, steps), (a, b) => Math.Abs(a - b) < 1e-6 * Math.Max(1, Math.Abs(b)));
        }
    }

    [Fact]
    public void Positions_are_sines_and_cosines_of_ever_slower_waves()
    {
        using var scope = NewDisposeScope();

        var positions = SequenceTransformer.Positions(50, 6, CPU);

        positions.shape.Should().Equal(50, 6);
        for (int t = 0; t < 50; t++)
        {
            positions[t].data<float>().ToArray().Should().Equal(Position(t, 6), (a, b) => Math.Abs(a - b) < 1e-4);
        }
    }

    [Fact]
    public void Order_matters()
    {
        using var scope = NewDisposeScope();
        using var encoder = new SequenceTransformer(3, Width, layers: 1, heads: Heads);
        var input = randn(1, 5, 3);

        (encoder.call(input) - encoder.call(input.flip(1))).abs().max().item<float>().Should().BeGreaterThan(1e-3f);
    }

    [Fact]
    public void The_defaults_are_the_sizes_of_G2D()
    {
        using var encoder = new SequenceTransformer(10);

        encoder.Width.Should().Be(768);
        long block = (4 * 768 * (768 + 1)) + (2 * 4 * 768 * 768) + (5 * 768) + (2 * 2 * 768);
        encoder.parameters().Sum(p => p.numel()).Should().Be(((10 + 1) * 768) + (4 * block) + (2 * 768));
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        Refuses(() => new SequenceTransformer(0), "inputs must be at least 1, but is 0.*");
        Refuses(() => new SequenceTransformer(3, 0), "width must be at least 1, but is 0.*");
        Refuses(() => new SequenceTransformer(3, layers: 0), "layers must be at least 1, but is 0.*");
        Refuses(() => new SequenceTransformer(3, heads: 0), "heads must be at least 1, but is 0.*");
        Refuses(() => new SequenceTransformer(3, dropout: -0.1), "dropout must lie in [0, 1], but is -0.1.*");
        Refuses(() => new SequenceTransformer(3, 10, heads: 4), "width must be even and a multiple of heads, 4, but is 10.*");
        Refuses(() => new SequenceTransformer(3, 9, heads: 3), "width must be even and a multiple of heads, 3, but is 9.*");

        static void Refuses(Func<SequenceTransformer> make, string message) =>
            make.Should().Throw<ArgumentException>().WithMessage(message);
    }

    private static double[] Reference(SequenceTransformer encoder, double[][] input)
    {
        var state = encoder.state_dict();
        var steps = input.Select((x, t) => Sum(Linear("convolution", x), Position(t, Width))).ToArray();
        var normalized = steps.Select(x => Norm("blocks.0.attention_norm", x)).ToArray();
        var parts = normalized.Select(x => Linear("blocks.0.projection", x)).ToArray();
        steps = [.. steps.Select((x, t) => Sum(x, Linear("blocks.0.output", Attended(parts, t))))];
        steps = [.. steps.Select(x => Sum(x, FeedForward(Norm("blocks.0.feed_forward.norm", x))))];
        steps = [.. steps.Select(x => Norm("norm", x))];
        return [.. Enumerable.Range(0, Width).Select(i => steps.Average(x => x[i]))];

        double[] FeedForward(double[] x) => Linear(
            "blocks.0.feed_forward.linear1",
            [.. Linear("blocks.0.feed_forward.linear0", x).Select(value => Math.Max(value, 0))]);

        double[] Linear(string name, double[] x)
        {
            var weight = state[$"{name}.weight"];
            double[] flat = [.. weight.flatten().data<double>()];
            return [.. state[$"{name}.bias"].data<double>().ToArray().Select((bias, i) =>
                bias + x.Select((value, j) => flat[(i * x.Length) + j] * value).Sum())];
        }

        double[] Norm(string name, double[] x)
        {
            double mean = x.Average();
            double deviation = Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + 1e-5);
            double[] weight = [.. state[$"{name}.weight"].data<double>()];
            double[] bias = [.. state[$"{name}.bias"].data<double>()];
            return [.. x.Select((value, i) => ((value - mean) / deviation * weight[i]) + bias[i])];
        }
    }

    // Queries stand first in a step's parts, then keys, then values; heads stand one after the other in each.
    private static double[] Attended(double[][] parts, int step)
    {
        const int Size = Width / Heads;
        var attended = new double[Width];
        for (int head = 0; head < Heads; head++)
        {
            int first = head * Size;
            var weights = parts.Select(other => Math.Exp(Enumerable.Range(first, Size)
                .Sum(i => parts[step][i] * other[Width + i]) / Math.Sqrt(Size))).ToArray();
            for (int i = first; i < first + Size; i++)
            {
                attended[i] = parts.Select((other, j) => weights[j] * other[(2 * Width) + i]).Sum() / weights.Sum();
            }
        }

        return attended;
    }

    private static double[] Position(int t, int width) => [.. Enumerable.Range(0, width).Select(i =>
        (double)(i % 2 == 0
            ? Math.Sin(t / Math.Pow(10000, (double)i / width))
            : Math.Cos(t / Math.Pow(10000, (double)(i - 1) / width))))];

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
