using ModalityBalance.Data;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Data;

/// <summary>Batches that make up one step must fit together.</summary>
public class ConcatenationTests
{
    [Fact]
    public void Batches_of_other_shapes_are_named()
    {
        using var scope = NewDisposeScope();
        var labels = zeros(2, dtype: ScalarType.Int64);
        ModalityInput sound = rand(2, 5);
        MultimodalBatch[] With(ModalityInput input, Tensor targets) => [new([sound, rand(2, 3)], labels), new([sound, input], targets)];

        FluentActions.Invoking(() => MultimodalBatch.Concatenate(With(new ModalityInput(rand(2, 3), rand(2, 3)), labels)))
            .Should().Throw<ArgumentException>()
            .WithMessage("inputs?1? must hold as many tensors in every batch, 1, but batch 1 holds 2.");
        FluentActions.Invoking(() => MultimodalBatch.Concatenate(With(rand(2, 4), labels))).Should().Throw<ArgumentException>()
            .WithMessage("inputs?1? must have the same shape*?2, 3? as in the first, but batch 1 has ?2, 4?.");
        FluentActions.Invoking(() => MultimodalBatch.Concatenate(With(rand(2, 3), zeros(2, 4)))).Should()
            .Throw<ArgumentException>().WithMessage("targets must have the same shape*?2? as in the first*has ?2, 4?.");
        MultimodalBatch.Concatenate(With(rand(2, 3), labels)).Size.Should().Be(4);
    }
}
