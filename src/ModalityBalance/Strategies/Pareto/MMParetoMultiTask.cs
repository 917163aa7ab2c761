using ModalityBalance.Gradients;
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
    /// <param name="losses">K scalars with a graph, 2 to 32; their graphs are used up.</param>
    /// <param name="shared">The encoder's parameters. Their gradients are replaced; frozen ones get none.</param>
    /// <param name="others">Parameters of everything else that is to learn. Their gradients are replaced; frozen ones
    /// get none.</param>
    /// <param name="gamma">Factor on the encoder's update, greater than 0; 1.5 by default, as in the paper.</param>
    /// <returns>A report whose loss is the sum of all. It also holds <c>coefficients</c> and <c>weights</c> of the losses'
    /// gradients (K numbers each, from K x K inner products that are summed in double and read from the device at once),
    /// <c>lowest_cosine</c> of a pair, <c>rescale</c>, and <c>stationary</c>: 1 if the update is zero.</returns>
    /// <exception cref="ArgumentException">Fewer than 2 or more than 32 losses, one that is no scalar or has no graph,
    /// no shared parameter that requires a gradient, a gradient that is not finite, or gamma out of its range.
    /// </exception>
    public static StepReport ComputeGradients(
        IReadOnlyList<Tensor> losses,
        IReadOnlyList<Parameter> shared,
        IReadOnlyList<Parameter> others,
        double gamma = ParetoIntegration.DefaultGamma)
    {
        ArgumentNullException.ThrowIfNull(losses);
        ArgumentNullException.ThrowIfNull(shared);
        ArgumentNullException.ThrowIfNull(others);
        CheckLosses(losses);
        var (encoder, rest) = (Learning(shared), Learning(others));
        if (encoder.Length == 0)
        {
            throw new ArgumentException(
                $"shared must hold a parameter that requires a gradient, but none of its {shared.Count} does.",
                nameof(shared));
        }

        var gradients = losses.Select(loss => Gradients(loss, encoder)).ToArray();
        var integration = ParetoIntegration.Integrate(Gram(gradients), gamma);
        var sum = losses.Aggregate((sum, loss) => sum + loss);
        if (rest.Length > 0)
        {
            sum.backward(inputs: rest);
        }

        foreach (var (i, parameter) in encoder.Index())
        {
            parameter.grad = gradients.Zip(integration.Coefficients, (g, c) => g[i] * c)
                .Aggregate((total, term) => total + term);
        }

        return new StepReport(sum, sum)
            .Add("coefficients", integration.Coefficients)
            .Add("weights", integration.Weights)
            .Add("lowest_cosine", integration.LowestCosine)
            .Add("rescale", integration.Rescale)
            .Add("stationary", integration.IsStationary ? 1 : 0);
    }

    private static void CheckLosses(IReadOnlyList<Tensor> losses)
    {
        if (losses.Count is < 2 or > MinNorm.MaxVectors)
        {
            throw new ArgumentException(
                $"losses must be 2 to {MinNorm.MaxVectors}, but are {losses.Count}.", nameof(losses));
        }

        foreach (var (k, loss) in losses.Index())
        {
            if (loss is null || loss.numel() != 1 || !loss.requires_grad)
            {
                string found = loss is null ? "null" : loss.numel() == 1 ? "without" : $"of {loss.numel()} elements";
                throw new ArgumentException(
                    $"losses[{k}] must be a scalar with a graph, but is {found}.", nameof(losses));
            }
        }
    }

    /// <summary>Clears all gradients, and gives the parameters that require one.</summary>
    private static Parameter[] Learning(IReadOnlyList<Parameter> parameters)
    {
        foreach (var parameter in parameters)
        {
            parameter.grad = null;
        }

        return parameters.Where(parameter => parameter.requires_grad).ToArray();
    }

    /// <summary>One loss's gradient of each parameter. By <c>backward</c>, whose errors, of a graph that was used up,
    /// say, are exceptions; those of <c>autograd.grad</c> end the process.</summary>
    private static Tensor[] Gradients(Tensor loss, Parameter[] parameters)
    {
        loss.backward(retain_graph: true, inputs: parameters);
        var gradients = parameters.Select(parameter => EncoderForward.OrZeros(parameter.grad, parameter)).ToArray();
        Learning(parameters);
        return gradients;
    }

    /// <summary>Inner products of the whole gradients, on the host.</summary>
    /// <param name="gradients">[losses][parameters].</param>
    private static double[,] Gram(Tensor[][] gradients)
    {
        using var scope = NewDisposeScope();
        var products = Enumerable.Range(0, gradients[0].Length)
            .Select(i => Products(gradients.Select(ofLoss => ofLoss[i].flatten())))
            .Aggregate((sum, ofParameter) => sum + ofParameter)
            .cpu().data<double>().ToArray();
        var gram = new double[gradients.Length, gradients.Length];
        Buffer.BlockCopy(products, 0, gram, 0, sizeof(double) * products.Length);
        return gram;
    }

    /// <summary>Inner products of one parameter's gradients, in double: [losses, losses].</summary>
    private static Tensor Products(IEnumerable<Tensor> gradients)
    {
        using var scope = NewDisposeScope(); // frees the copies before those of the next parameter are made
        var rows = stack(gradients).to(ScalarType.Float64);
        return rows.matmul(rows.t()).MoveToOuterDisposeScope();
    }
}
