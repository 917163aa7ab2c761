using ModalityBalance.Gradients;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Gradients;

public class GradientProductsTests
{
    public static TheoryData<ScalarType> Types =>
        [ScalarType.Float64, ScalarType.Float32, ScalarType.BFloat16, ScalarType.Float16];

    [Theory]
    [MemberData(nameof(Types))]
    public void Products_of_every_type_are_summed_in_at_least_single_precision(ScalarType type)
    {
        using var scope = NewDisposeScope();
        // 4096 of 256 squared overflow half precision, and adding 1 to 4096 is lost in bfloat16.
        Tensor[] first = [full([64, 64], 256, dtype: type), ones(7, dtype: type)];
        Tensor[] second = [ones([64, 64], dtype: type), full(7, -2, dtype: type)];

        var products = new GradientProducts(first, second);

        products.FirstFirst.data<double>().Should().Equal(4096 * 65536.0, 7);
        products.FirstSecond.data<double>().Should().Equal(4096 * 256, -14);
        products.SecondSecond.data<double>().Should().Equal(4096, 28);
        products.Whole().FirstSecond.item<double>().Should().Be((4096 * 256) - 14);
    }

    [Fact]
    public void Copies_of_half_precision_gradients_are_freed_at_once()
    {
        using var inputs = NewDisposeScope();
        var (first, second) = (ones(8, 8, dtype: ScalarType.BFloat16), ones(8, 8, dtype: ScalarType.BFloat16));
        using var scope = NewDisposeScope();

        _ = new GradientProducts([first], [second]);

        // Three products, their stack, and it in double and in its shape.
        scope.DisposablesCount.Should().BeLessThanOrEqualTo(6);
    }
}
