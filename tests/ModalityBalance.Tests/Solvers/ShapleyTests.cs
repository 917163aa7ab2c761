using ModalityBalance.Solvers;

namespace ModalityBalance.Tests.Solvers;

public class ShapleyTests
{
    public static TheoryData<int> Players => [1, 2, 3, 5, 10];

    [Fact]
    public void Two_players_share_what_they_gain_together()
    {
        // v(none) = 1, v(0) = 3, v(1) = 4, v(both) = 10: 0 adds 2 or 6, 1 adds 3 or 7.
        Shapley.Values([1, 3, 4, 10]).Should().Equal(4, 5);
    }

    [Fact]
    public void The_glove_game_has_its_known_values()
    {
        // One left glove, two right ones; a pair is worth 1: 2/3 and twice 1/6.
        var values = Game(3, has => has[0] && (has[1] || has[2]) ? 1 : 0);

        Shapley.Values(values).Should().Equal([2 / 3.0, 1 / 6.0, 1 / 6.0], (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Theory]
    [MemberData(nameof(Players))]
    public void The_values_sum_to_what_all_gain_over_none(int players)
    {
        var random = new Random(players);
        double[] values = [.. Enumerable.Range(0, 1 << players).Select(_ => random.NextDouble())];

        // Sums of up to a thousand differences of numbers in [0, 1], each rounded to 1e-16.
        Shapley.Values(values).Sum().Should().BeApproximately(values[^1] - values[0], 1e-13);
    }

    [Theory]
    [MemberData(nameof(Players))]
    public void Players_that_cannot_be_told_apart_have_equal_values(int players)
    {
        var values = Game(players, has => Math.Sqrt(has.Count(x => x)));

        Shapley.Values(values).Should().AllSatisfy(value =>
            value.Should().BeApproximately(Math.Sqrt(players) / players, 1e-13));
    }

    [Theory]
    [MemberData(nameof(Players))]
    public void Players_that_add_independently_have_what_they_add(int players)
    {
        // The last one is worth nothing: a dummy.
        double[] worth = [.. Enumerable.Range(0, players).Select(i => (double)(players - 1 - i))];
        var values = Game(players, has => 5 + worth.Where((_, i) => has[i]).Sum());

        Shapley.Values(values).Should().Equal(worth, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1 << 17)]
    public void Anything_but_one_value_per_subset_is_refused(int count) =>
        ((Action)(() => Shapley.Values(new double[count])))
            .Should().Throw<ArgumentException>().WithMessage($"*power of two*{count}*");

    private static double[] Game(int players, Func<bool[], double> value) =>
    [
        .. Enumerable.Range(0, 1 << players)
            .Select(subset => value([.. Enumerable.Range(0, players).Select(i => (subset >> i & 1) == 1)])),
    ];
}
