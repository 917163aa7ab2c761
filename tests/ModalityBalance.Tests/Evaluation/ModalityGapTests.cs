using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Tests.Support;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Evaluation;

public class ModalityGapTests
{
    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(0, 1, 1.4142135623730951)]
    [InlineData(-1, 0, 2)]
    public void It_is_the_distance_of_the_mean_directions_whatever_the_lengths(float x, float y, double expected)
    {
        using var scope = NewDisposeScope();
        using var model = Identities(2, 2);
        var first = tensor(new float[] { 1, 0, 3, 0, 0.5f, 0 }, [3, 2]);
        var second = tensor(new[] { x, y, 7 * x, 7 * y, 2 * x, 2 * y }, [3, 2]);

        ModalityGap.Between(model, Batches(first, second), CPU).Should().BeApproximately(expected, 1e-15);
    }

    [Fact]
    public void Samples_count_in_the_modalities_that_they_have()
    {
        using var scope = NewDisposeScope();
        using var model = Identities(2, 2);
        var first = tensor(new float[] { 1, 0, 0, 1 }, [2, 2]);
        var second = tensor(new float[] { 1, 0, 1, 0 }, [2, 2]);
        var present = new PresenceMask(new[,] { { true, true }, { false, true } });

        ModalityGap.Between(model, Batches(first, second, present), CPU).Should().Be(0);
        ModalityGap.Between(model, Batches(first, second), CPU).Should().BeApproximately(Math.Sqrt(0.5), 1e-15);
    }

    [Fact]
    public void Modalities_that_cannot_be_compared_are_refused()
    {
        using var scope = NewDisposeScope();
        using var model = Identities(2, 3);
        var data = Batches(ones(1, 2), ones(1, 3));

        FluentActions.Invoking(() => ModalityGap.Between(model, data, CPU)).Should().Throw<ArgumentException>().WithMessage(
            "The representations of 'a' and 'b' must have the same size, but have 2 and 3 numbers per sample.*");
        FluentActions.Invoking(() => ModalityGap.Between(model, data, CPU, 0, 2)).Should().Throw<ArgumentException>()
            .WithMessage("second must lie in [0, 1], but is 2.*");
    }

    private static MultimodalModel Identities(long first, long second) => new(
        [new ModalityEncoder("a", nn.Identity()), new ModalityEncoder("b", nn.Identity())], new LateFusion([first, second], Toy.Classes));

    private static IBatchSource Batches(Tensor first, Tensor second, PresenceMask? present = null) =>
        BatchSource.From([new MultimodalBatch([first, second], zeros(first.shape[0], ScalarType.Int64), present)]);
}
