using static TorchSharp.torch;
using static TorchSharp.torch.utils.data;

namespace TorchSharp.Tests;

public class DataLoaderTests
{
    private sealed class Squares(long count) : Dataset
    {
        public override long Count => count;

        public override Dictionary<string, Tensor> GetTensor(long index) =>
            new() { ["x"] = tensor(index), ["y"] = full(2, index * index) };
    }

    [Fact]
    public void Batches_stack_the_samples_by_name()
    {
        using var loader = DataLoader(new Squares(5), 2);

        loader.Count.Should().Be(3);
        loader.Select(batch => batch["x"].shape[0]).Should().Equal(2, 2, 1);
        loader.SelectMany(batch => batch["x"].Values()).Should().Equal(0, 1, 2, 3, 4);
        loader.First(batch => batch["y"].shape is [2, 2]).Should().ContainKeys("x", "y");
        using var dropping = DataLoader(new Squares(5), 2, drop_last: true);
        dropping.Should().HaveCount(2);
    }

    [Fact]
    public void A_seeded_shuffle_visits_every_sample_in_a_repeated_order()
    {
        using var loader = DataLoader(new Squares(100), 10, shuffle: true, seed: 3);
        double[] Pass() => [.. loader.SelectMany(batch => batch["x"].Values())];

        var first = Pass();

        first.Should().BeEquivalentTo(Enumerable.Range(0, 100).Select(i => (double)i)).And.NotBeInAscendingOrder();
        Pass().Should().Equal(first);
    }

    [Fact]
    public void A_batch_lives_until_the_next_one_is_asked_for()
    {
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var loader = DataLoader(new Squares(4), 2))
        {
            Tensor? previous = null;
            foreach (var batch in loader)
            {
                previous?.IsInvalid.Should().BeTrue();
                previous = batch["x"];
                previous.IsInvalid.Should().BeFalse();
            }
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
    }
}
