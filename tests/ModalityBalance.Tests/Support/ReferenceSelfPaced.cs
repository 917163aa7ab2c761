using ModalityBalance.Solvers;

namespace ModalityBalance.Tests.Support;

/// <summary>I2MCL's weight of one sample on the host: an oracle for the tensor form.</summary>
internal static class ReferenceSelfPaced
{
    public static double Weight(double loss, double threshold, double beta = 1)
    {
        double excess = loss - threshold;
        if (beta == 0 && !double.IsNaN(excess))
        {
            return excess <= 0 ? Math.E : 0;
        }

        return Math.Exp(-LambertW.W0(Math.Max(excess / (2 * beta), LambertW.BranchPoint)));
    }
}
