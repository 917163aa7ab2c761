using ModalityBalance.Strategies;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Support;

/// <summary>Closed forms on tensors, called with numbers and read back.</summary>
internal static class OnHost
{
    public static ReferencePareto Integrate(double mm, double mu, double uu, double gamma = 1.5)
    {
        using var scope = NewDisposeScope();
        return Read(ParetoIntegration.Integrate(tensor(mm), tensor(mu), tensor(uu), gamma));
    }

    public static ReferencePareto Direction(double mm, double mu, double uu)
    {
        using var scope = NewDisposeScope();
        return Read(ParetoIntegration.Direction(tensor(mm), tensor(mu), tensor(uu)));
    }

    public static double SelfPacedWeightOf(double loss, double threshold, double beta = 1)
    {
        using var scope = NewDisposeScope();
        return SelfPacedWeight.Of(tensor(loss), tensor(threshold), beta).item<double>();
    }

    private static ReferencePareto Read(ParetoCoefficients of) => new(
        of.Multimodal.item<double>(),
        of.Unimodal.item<double>(),
        of.Cosine.item<double>(),
        of.WeightMultimodal.item<double>(),
        of.WeightUnimodal.item<double>(),
        of.Rescale.item<double>(),
        of.IsStationary.item<bool>());
}
