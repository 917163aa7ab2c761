using ModalityBalance.Solvers;

namespace ModalityBalance.Tests.Support;

/// <summary>MMPareto's coefficients for one encoder on the host: an oracle for the tensor form.</summary>
internal readonly record struct ReferencePareto(
    double Multimodal,
    double Unimodal,
    double Cosine,
    double WeightMultimodal,
    double WeightUnimodal,
    double Rescale,
    bool IsStationary)
{
    private const double StationaryCosine = -1 + 2e-14;

    public static ReferencePareto Integrate(double mm, double mu, double uu, double gamma = 1.5)
    {
        double norms = Math.Sqrt(mm) * Math.Sqrt(uu);
        double cosine = norms == 0 ? 0 : Math.Clamp(mu / norms, -1, 1);
        if (cosine >= 0)
        {
            return new ReferencePareto(gamma, gamma, cosine, 0.5, 0.5, 1, false);
        }

        double weightM = MinNorm.WeightOnFirst(mm, mu, uu);
        double weightU = MinNorm.WeightOnFirst(uu, mu, mm);
        bool isStationary = cosine <= StationaryCosine;
        double rescale = isStationary ? 0 : LengthOfSum(mm, mu, uu, cosine) / (2 * Altitude(mm, mu, uu));
        double length = 2 * gamma * rescale;
        return new ReferencePareto(
            length * weightM, length * weightU, cosine, weightM, weightU, rescale, isStationary);
    }

    private static double SquaredSine(double mm, double mu, double uu) => 1 - ((mu / mm) * (mu / uu));

    private static double LengthOfSum(double mm, double mu, double uu, double cosine)
    {
        double unequal = Math.Sqrt(mm) - Math.Sqrt(uu);
        double norms = Math.Sqrt(mm) * Math.Sqrt(uu);
        return Math.Sqrt((unequal * unequal) + (2 * norms * SquaredSine(mm, mu, uu) / (1 - cosine)));
    }

    private static double Altitude(double mm, double mu, double uu) =>
        Math.Sqrt(mm) * Math.Sqrt(uu) * Math.Sqrt(SquaredSine(mm, mu, uu)) / Math.Sqrt(mm - (2 * mu) + uu);
}
