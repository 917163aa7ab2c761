using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class TensorTests
{
    [Fact]
    public void Numbers_take_part_in_promotion_as_numbers()
    {
        using var scope = NewDisposeScope();

        (ones(2, dtype: int32) + 2).dtype.Should().Be(int32);
        (ones(2, dtype: int32) + 0.5).dtype.Should().Be(float32);
        (ones(2, dtype: float32) * 0.5).dtype.Should().Be(float32);
        (ones(2, dtype: float64) * 0.5f).dtype.Should().Be(float64);
        (ones(2) * 1e300).Values().Should().Equal(double.PositiveInfinity, double.PositiveInfinity);
    }

    [Fact]
    public void Each_operator_gives_the_numbers_of_arithmetic()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 4.0 });
        var y = tensor(new[] { 2.0, 8.0 });

        (x + y).Values().Should().Equal(3, 12);
        (x - y).Values().Should().Equal(-1, -4);
        (1 - x).Values().Should().Equal(0, -3);
        (x * 3).Values().Should().Equal(3, 12);
        (x / y).Values().Should().Equal(0.5, 0.5);
        (1 / y).Values().Should().Equal(0.5, 0.125);
        (-x).Values().Should().Equal(-1, -4);
        x.add(y, alpha: 0.5).Values().Should().Equal(2, 8);
        x.addcdiv(y, x, value: 2).Values().Should().Equal(5, 8);
        x.pow(2).Values().Should().Equal(1, 16);
        x.clamp(min: 2).Values().Should().Equal(2, 4);
        x.clamp(max: 2).Values().Should().Equal(1, 2);
        x.div(3, RoundingMode.floor).Values().Should().Equal(0, 1);
    }

    [Fact]
    public void Reductions_take_dimensions_and_keep_them_on_request()
    {
        using var scope = NewDisposeScope();
        var x = arange(6, dtype: float64).reshape(2, 3);

        x.sum().item<double>().Should().Be(15);
        x.sum(1).Values().Should().Equal(3, 12);
        x.mean([0], keepdim: true).shape.Should().Equal(1, 3);
        x.max(1).indexes.Values().Should().Equal(2, 2);
        x.argmax(0).Values().Should().Equal(1, 1, 1);
        x.norm().item<double>().Should().BeApproximately(Math.Sqrt(55), 1e-15);
        x.cumsum(1).Values().Should().Equal(0, 1, 3, 3, 7, 12);
    }

    [Fact]
    public void Indices_select_slice_add_axes_and_gather()
    {
        using var scope = NewDisposeScope();
        var x = arange(12).reshape(3, 4);

        x[1].Values().Should().Equal(4, 5, 6, 7);
        x[1, 2].item<long>().Should().Be(6);
        x[.., 1..3].shape.Should().Equal(3, 2);
        x[TensorIndex.Ellipsis, -1].Values().Should().Equal(3, 7, 11);
        x[TensorIndex.None, 0].shape.Should().Equal(1, 4);
        x[tensor(new long[] { 2, 0 })].Values().Should().Equal(8, 9, 10, 11, 0, 1, 2, 3);
        x[x > 9].Values().Should().Equal(10, 11);
        x[TensorIndex.Colon, TensorIndex.Tensor(tensor(new long[] { 3 }))].Values().Should().Equal(3, 7, 11);
    }

    [Fact]
    public void Assignment_through_an_index_writes_into_the_tensor()
    {
        using var scope = NewDisposeScope();
        var x = zeros(2, 3);

        x[0] = ones(3);
        x[1, 1..] = tensor(new[] { 5f, 6f });
        x[x == 0] = tensor(-1f);

        x.Values().Should().Equal(1, 1, 1, -1, 5, 6);
    }

    [Fact]
    public void An_element_is_read_as_its_own_type_alone()
    {
        using var scope = NewDisposeScope();
        var x = tensor(1.5f);

        x.item<float>().Should().Be(1.5f);
        x.Invoking(t => t.item<double>()).Should().Throw<ArgumentException>();
        ones(2).Invoking(t => t.item<float>()).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Data_follow_the_strides_of_a_view()
    {
        using var scope = NewDisposeScope();
        var x = arange(6, dtype: float32).reshape(2, 3).t();

        x.is_contiguous().Should().BeFalse();
        x.data<float>().ToArray().Should().Equal(0, 3, 1, 4, 2, 5);
        x.data<float>()[2, 1].Should().Be(5);
        x.Invoking(t => t.bytes.Length).Should().Throw<InvalidOperationException>();
        MemoryMarshal.Cast<byte, float>(x.contiguous().bytes).ToArray().Should().Equal(0, 3, 1, 4, 2, 5);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused_with_the_sizes()
    {
        using var scope = NewDisposeScope();

        var add = () => ones(2) + ones(3);

        add.Should().Throw<ExternalException>().WithMessage("*size of tensor a (2) must match*tensor b (3)*");
    }

    [Fact]
    public void A_seed_repeats_every_kind_of_random_number()
    {
        using var scope = NewDisposeScope();

        double[] Draw() =>
        [
            .. rand(3).Values(), .. randn(3).Values(), .. randint(0, 1000, [3]).Values(), .. randperm(8).Values(),
            .. full(3, 0.5).bernoulli().Values(),
        ];
        manual_seed(7);
        var first = Draw();
        manual_seed(7);
        var second = Draw();

        second.Should().Equal(first);
        Draw().Should().NotEqual(first);
    }

    [Fact]
    public void The_state_of_the_generator_can_be_put_back()
    {
        using var scope = NewDisposeScope();
        var state = get_rng_state();
        var first = rand(4).Values();

        set_rng_state(state);

        rand(4).Values().Should().Equal(first);
    }

    [Fact]
    public void A_generator_of_its_own_leaves_the_default_one_alone()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var expected = rand(3).Values();
        manual_seed(1);

        using var own = new Generator(5);
        var drawn = rand(3, generator: own).Values();

        rand(3).Values().Should().Equal(expected);
        using var again = new Generator(5);
        rand(3, generator: again).Values().Should().Equal(drawn);
    }
}
