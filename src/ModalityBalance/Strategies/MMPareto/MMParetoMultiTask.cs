using ModalityBalance.Solvers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// MMPareto beyond multimodal networks (Wei and Hu, ICML 2024): several losses that share one encoder. The
/// encoder learns from the sum of its gradients when no two of them conflict, else from their min-norm point stretched
/// to the length of the sum; everything else learns from the sum of the losses.
/// </summary>
public static class MMParetoMultiTask
{
    /// <summary>Leaves the gradients of one step; call it in a dispose scope, before the optimizer's step.</summary>
    /// <param name="losses">K scalars, 2 to 32; their graphs are used up.</param>
    /// <param name="shared">The encoder's parameters. Their gradients are replaced.</param>
    /// <param name="others">Parameters of everything else that is to learn. Their gradients are replaced.</param>
    /// <param name="gamma">Factor on the encoder's update, greater than 0; 1.5 by default, as in the paper.</param>
    /// <returns>The coefficients of the losses' gradients, which were read from the device: K x K numbers.</returns>
    /// <exception cref="ArgumentException">Fewer than 2 or more than 32 losses, no shared parameter, or gamma out of
    /// its range.</exception>
    public static MMParetoSharedCoefficients ComputeGradients(
        IReadOnlyList<Tensor> losses,
        IReadOnlyList<Parameter> shared,
        IReadOnlyList<Parameter> others,
        double gamma = MMParetoIntegration.DefaultGamma)
    {
        ArgumentNullException.ThrowIfNull(losses);
        ArgumentNullException.ThrowIfNull(shared);
        ArgumentNullException.ThrowIfNull(others);
        if (losses.Count is < 2 or > MinNorm.MaxVectors || shared.Count == 0)
        {
            throw new ArgumentException(
                $"losses must be 2 to {MinNorm.MaxVectors} and shared at least one parameter, but they are "
                + $"{losses.Count} and {shared.Count}.");
        }

        var gradients = losses.Select(loss => Flat(loss, [.. shared])).ToArray();
        var integration = MMParetoIntegration.Integrate(Gram(gradients), gamma);
        var update = gradients.Zip(integration.Coefficients, (g, c) => g * c).Aggregate((sum, term) => sum + term);
        LearnFromSum(losses, others);
        long offset = 0;
        foreach (var parameter in shared)
        {
            parameter.grad = update.narrow(0, offset, parameter.numel()).reshape(parameter.shape);
            offset += parameter.numel();
        }

        return integration;
    }

    private static Tensor Flat(Tensor loss, Tensor[] parameters) => cat(
        autograd.grad([loss], parameters, retain_graph: true, allow_unused: true)
            .Zip(parameters, EncoderRun.OrZeros).Select(gradient => gradient.flatten()).ToArray(), 0);

    /// <summary>Inner products of the whole gradients, in double, on the host.</summary>
    private static double[,] Gram(Tensor[] gradients)
    {
        var gram = new double[gradients.Length, gradients.Length];
        for (int i = 0; i < gradients.Length; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                gram[i, j] = gram[j, i] = gradients[i].dot(gradients[j]).to(ScalarType.Float64).item<double>();
            }
        }

        return gram;
    }

    private static void LearnFromSum(IReadOnlyList<Tensor> losses, IReadOnlyList<Parameter> others)
    {
        foreach (var parameter in others)
        {
            parameter.grad = null;
        }

        if (others.Count > 0)
        {
            losses.Aggregate((sum, loss) => sum + loss).backward(inputs: [.. others]);
        }
    }
}
