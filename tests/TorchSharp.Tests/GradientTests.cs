using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Tests;

public class GradientTests
{
    private static Tensor[] WithParameters(Tensor input, Module module) => [input, .. module.parameters()];

    // Weighs the elements unevenly, so that errors cannot cancel.
    private static Tensor Weighed(Tensor output)
    {
        using var weights = arange(1, output.numel() + 1, dtype: float64);
        return (output.reshape(-1) * weights).sum() / output.numel();
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(1, 2, 2)]
    public void A_convolution_has_the_gradient_of_its_differences(int stride, int padding, int dilation)
    {
        using var scope = NewDisposeScope();
        using var layer = Conv2d(2, 3, 3, stride, padding, dilation, dtype: float64);
        var input = Numbers.Sample(1, 2, 2, 6, 6);
        var loss = () => Weighed(layer.call(input).tanh());

        loss.ShouldHaveTheGradientOfItsDifferences(WithParameters(input, layer));
    }

    [Fact]
    public void Batch_normalisation_has_the_gradient_of_its_differences()
    {
        using var scope = NewDisposeScope();
        using var layer = BatchNorm2d(3, dtype: float64);
        var input = Numbers.Sample(3, 4, 3, 2, 2);
        var loss = () => Weighed(layer.call(input).tanh());

        loss.ShouldHaveTheGradientOfItsDifferences(WithParameters(input, layer));
    }

    [Fact]
    public void A_linear_layer_has_the_gradient_of_its_differences()
    {
        using var scope = NewDisposeScope();
        using var layer = Linear(4, 3, dtype: float64);
        var input = Numbers.Sample(5, 2, 4);
        var loss = () => Weighed(layer.call(input).tanh());

        loss.ShouldHaveTheGradientOfItsDifferences(WithParameters(input, layer));
    }

    [Fact]
    public void A_recurrent_layer_has_the_gradient_of_its_differences()
    {
        using var scope = NewDisposeScope();
        using var layer = GRU(3, 4, numLayers: 2, batchFirst: true, bidirectional: true, dtype: float64);
        var input = Numbers.Sample(6, 2, 3, 3);
        var loss = () =>
        {
            var (outputs, last) = layer.call(input);
            return Weighed(outputs) + Weighed(last);
        };

        loss.ShouldHaveTheGradientOfItsDifferences(WithParameters(input, layer));
    }

    [Fact]
    public void An_embedding_has_the_gradient_of_its_differences_and_none_at_its_padding()
    {
        using var scope = NewDisposeScope();
        using var layer = Embedding(5, 3, padding_idx: 0, dtype: float64);
        var indices = tensor(new long[] { 1, 3, 3, 4 });
        var loss = () => Weighed(layer.call(indices).tanh());

        loss.ShouldHaveTheGradientOfItsDifferences([.. layer.parameters()]);
        autograd.grad([layer.call(tensor(new long[] { 0, 2 })).sum()], [.. layer.parameters()])[0]
            .sum(1).Values().Should().Equal(0, 0, 3, 0, 0);
    }

    [Fact]
    public void Attention_has_the_gradient_of_its_differences()
    {
        using var scope = NewDisposeScope();
        using var layer = MultiheadAttention(4, 2).to(float64);
        var query = Numbers.Sample(7, 3, 2, 4);
        var memory = Numbers.Sample(8, 5, 2, 4);
        var padding = tensor(new[] { false, false, true, false, false, false, false, false, false, true }, dimensions: [2, 5]);
        var loss = () =>
        {
            var result = layer.call(query, memory, memory, padding);
            return Weighed(result.Item1.tanh()) + Weighed(result.Item2);
        };

        loss.ShouldHaveTheGradientOfItsDifferences([query, memory, .. layer.parameters()]);
    }

    [Fact]
    public void Pooling_and_padding_have_the_gradient_of_their_differences()
    {
        using var scope = NewDisposeScope();
        var input = Numbers.Sample(10, 2, 2, 6, 6);
        var loss = () => Weighed(functional.max_pool2d(input, [2, 2]))
            + Weighed(functional.pad(input, [1, 2, 0, 1], PaddingModes.Reflect));

        loss.ShouldHaveTheGradientOfItsDifferences(input);
    }

    [Fact]
    public void Losses_have_the_gradient_of_their_differences()
    {
        using var scope = NewDisposeScope();
        var logits = Numbers.Sample(11, 4, 3);
        var other = Numbers.Sample(12, 4, 3);
        var labels = tensor(new long[] { 0, 2, 1, -100 });
        var loss = () => functional.cross_entropy(logits, labels, label_smoothing: 0.1)
            + functional.kl_div(logits.log_softmax(1), other.log_softmax(1), reduction: Reduction.Sum)
            + functional.mse_loss(logits, other)
            + functional.binary_cross_entropy_with_logits(logits, other.sigmoid());

        loss.ShouldHaveTheGradientOfItsDifferences(logits, other);
    }
}
