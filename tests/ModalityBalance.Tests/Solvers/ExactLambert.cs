using System.Numerics;

namespace ModalityBalance.Tests.Solvers;

/// <summary>
/// The error of a value of W0, from the defining equation w exp(w) = x in integer arithmetic of 1,400 binary
/// places: enough for every double from 1e-308 to 1e308. It shares nothing with the solver.
/// </summary>
internal static class ExactLambert
{
    private const int Places = 1400;
    private const int Halvings = 16;

    private static readonly BigInteger One = BigInteger.One << Places;

    /// <summary>How far w is from W0(x), in units in the last place of w.</summary>
    public static double ErrorInUlps(double w, double x)
    {
        if (!double.IsFinite(w))
        {
            return double.PositiveInfinity;
        }

        var exact = FixedPoint(w);
        var exponential = Exp(exact);
        var residual = Multiply(exact, exponential) - FixedPoint(x);
        var slope = Multiply(exact + One, exponential);

        // One step of Newton's method from w. Its own error is of second order: below 1e-7 of the result, since the
        // closest double to the branch point has w + 1 = 1.8e-8.
        var step = residual * FixedPoint(1) / slope;
        return Ratio(BigInteger.Abs(step), FixedPoint(Math.BitIncrement(Math.Abs(w)) - Math.Abs(w)));
    }

    private static BigInteger FixedPoint(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF);
        var mantissa = (bits & 0xFFFFFFFFFFFFF) | (exponent == 0 ? 0 : 1L << 52);
        var shift = Places + Math.Max(exponent, 1) - 1075;
        var magnitude = shift >= 0 ? (BigInteger)mantissa << shift : (BigInteger)mantissa >> -shift;
        return bits < 0 ? -magnitude : magnitude;
    }

    private static BigInteger Multiply(BigInteger a, BigInteger b) => (a * b) >> Places;

    // exp(w) = exp(w / 2^16)^(2^16); the power series of the reduced argument is cut where its terms vanish.
    private static BigInteger Exp(BigInteger w)
    {
        var reduced = w >> Halvings;
        var sum = One;
        var term = One;
        for (var k = 1; !term.IsZero && term != BigInteger.MinusOne; k++)
        {
            term = Multiply(term, reduced) / k;
            sum += term;
        }

        for (var i = 0; i < Halvings; i++)
        {
            sum = Multiply(sum, sum);
        }

        return sum;
    }

    private static double Ratio(BigInteger numerator, BigInteger denominator) =>
        (double)((numerator << 40) / denominator) / (1L << 40);
}
