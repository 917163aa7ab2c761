using ModalityBalance.Solvers;

namespace ModalityBalance.Tests.Solvers;

public class MinNormSpecialHullTests
{
    [Fact]
    public void A_single_vector_has_all_the_weight()
    {
        var solution = MinNorm.OfVectors([[3, 4]]);

        solution.Weights.Should().Equal(1);
        solution.SquaredNorm.Should().BeApproximately(25, 1e-13);
        solution.Iterations.Should().Be(0);
    }

    [Fact]
    public void Zero_vectors_share_all_the_weight()
    {
        var solution = MinNorm.OfVectors([[0, 0], [3, 4], [0, 0]]);

        solution.Weights.Should().Equal(0.5, 0, 0.5);
        solution.SquaredNorm.Should().Be(0);
        solution.Exit.Should().Be(MinNormExit.ZeroInHull);
    }

    [Fact]
    public void Lengths_many_powers_of_ten_apart_are_no_problem()
    {
        // Orthogonal vectors: weights go with the inverse squared lengths.
        var solution = MinNorm.OfVectors([[1e-75, 0, 0], [0, 2e-75, 0], [0, 0, 1e75]]);

        solution.Weights[0].Should().BeApproximately(0.8, 1e-14);
        solution.Weights[1].Should().BeApproximately(0.2, 1e-14);
        solution.Weights[2].Should().BeInRange(0, 1e-149);
        solution.SquaredNorm.Should().BeApproximately(0.8e-150, 1e-164);
    }

    [Fact]
    public void A_regular_simplex_around_zero_holds_zero()
    {
        var solution = MinNorm.OfVectors([[1, 0], [-0.5, Math.Sqrt(0.75)], [-0.5, -Math.Sqrt(0.75)]]);

        solution.Exit.Should().Be(MinNormExit.ZeroInHull);
        solution.Weights.Should().OnlyContain(weight => Math.Abs(weight - (1.0 / 3)) < 1e-14);
    }

    [Fact]
    public void Matrices_that_are_no_Gram_matrix_are_refused()
    {
        Refused(new double[0, 0], "*1 to 32 rows*");
        Refused(new double[33, 33], "*33 x 33*");
        Refused(new double[2, 3], "*2 x 3*");
        Refused(new double[,] { { 1, 0.5 }, { 0.4, 1 } }, "*symmetric*");
        Refused(new double[,] { { 1, 0 }, { 0, -1 } }, "*gram[1, 1]*-1*");
        Refused(new double[,] { { 1, double.NaN }, { double.NaN, 1 } }, "*gram[1, 0]*");
        Refused(new double[,] { { 1, -3 }, { -3, 1 } }, "gram[1, 0] must be at most*= 1 in size*but is -3*");
        Refused(new double[,] { { 1, 3 }, { 3, 1 } }, "gram[1, 0] must be at most*but is 3*");
        Refused(new double[,] { { 0, 5 }, { 5, 1 } }, "gram[1, 0] must be at most*but is 5*");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Products_that_single_precision_summed_or_lost_are_taken(double sign)
    {
        // A float32 sum of many terms exceeds the product of the lengths; squares of 1e-30 vanish in float32.
        double[,] rounded = { { 4, sign * 2.01 }, { sign * 2.01, 1 } };
        double[,] vanished = { { 0, sign * 1e-30 }, { sign * 1e-30, 1 } };

        MinNorm.OfGram(rounded).Weights.Sum().Should().BeApproximately(1, 1e-14);
        MinNorm.OfGram(vanished).Weights.Should().Equal(1, 0);
    }

    [Theory]
    [InlineData(-1e-39)]
    [InlineData(-3e-40)]
    public void Weights_of_products_too_small_to_check_are_finite(double product)
    {
        MinNorm.OfGram(new[,] { { 1e-40, product }, { product, 1e-40 } }).Weights.Should().Equal(0.5, 0.5);
    }

    [Fact]
    public void Vectors_that_have_no_Gram_matrix_are_refused_by_name()
    {
        RefusedVectors([], "vectors must be 1 to 32, but are 0*");
        RefusedVectors([[1, 2], [1]], "vectors must have equal lengths*");
        RefusedVectors([[1], null!], "*vectors[1]*");
        RefusedVectors([null!], "*vectors[0]*");
        RefusedVectors([[1], [1e200]], "vectors[1] . vectors[1] must be finite*");
    }

    private static void RefusedVectors(double[][] vectors, string message) =>
        FluentActions.Invoking(() => MinNorm.OfVectors(vectors))
            .Should().Throw<ArgumentException>().WithMessage(message);

    private static void Refused(double[,] gram, string message) =>
        FluentActions.Invoking(() => MinNorm.OfGram(gram)).Should().Throw<ArgumentException>().WithMessage(message);
}
