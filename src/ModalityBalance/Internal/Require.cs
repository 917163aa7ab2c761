using System.Globalization;
using System.Runtime.CompilerServices;

namespace ModalityBalance.Internal;

/// <summary>Checks of arguments and options that more than one type makes. Each throws an exception that names the parameter,
/// the rule and the value found.</summary>
internal static class Require
{
    public static void Positive(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Check(double.IsFinite(value) && value > 0, value, "be finite and above 0", name);

    public static void NonNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Check(double.IsFinite(value) && value >= 0, value, "be finite and at least 0", name);

    public static void InUnitInterval(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Check(value is >= 0 and <= 1, value, "lie in [0, 1]", name);

    public static void PositiveShare(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Check(value is > 0 and <= 1, value, "lie in (0, 1]", name);

    public static void ProperShare(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Check(value is >= 0 and < 1, value, "lie in [0, 1)", name);

    public static void AtLeast(long least, long value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Check(value >= least, value, string.Create(CultureInfo.InvariantCulture, $"be at least {least}"), name);

    public static void Index(int value, int count, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Check(value >= 0 && value < count, value, string.Create(CultureInfo.InvariantCulture, $"lie in [0, {count - 1}]"), name);

    public static void Defined<TEnum>(TEnum value, [CallerArgumentExpression(nameof(value))] string name = "")
        where TEnum : struct, Enum => Check(Enum.IsDefined(value), value, "be a named value", name);

    public static void Finite(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Check(double.IsFinite(value), value, "be finite", name);

    private static void Check<T>(bool holds, T value, string rule, string name)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(
                name, string.Create(CultureInfo.InvariantCulture, $"{name} must {rule}, but is {value}."));
        }
    }
}
