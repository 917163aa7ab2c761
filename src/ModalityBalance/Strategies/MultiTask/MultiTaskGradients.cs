using ModalityBalance.Distributed;
using ModalityBalance.Gradients;
using ModalityBalance.Solvers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>Methods for several losses beyond multimodal networks: K losses that share one encoder.</summary>
/// <example>
/// <code>
/// using var method = MultiTaskMethod.MMPareto();
/// // for each batch, in a dispose scope:
/// MultiTaskGradients.Compute([first, second], [.. encoder.parameters()], [.. heads.parameters()], method);
/// optimizer.step();
/// </code>
/// </example>
public static class MultiTaskGradients
{
    /// <summary>Leaves the gradients of one step. Call it in a dispose scope, before the optimizer's step.</summary>
    /// <param name="losses">K scalars with a graph, 2 to 32. Their graphs are used up.</param>
    /// <param name="shared">The encoder's parameters. Their gradients are replaced by the method's combination of all losses'
    /// gradients; frozen ones get none.</param>
    /// <param name="others">Parameters of everything else that is to learn, from the sum of the losses (for GradNorm, the
    /// weighted sum). Their gradients are replaced; frozen ones get none.</param>
    /// <param name="method">The method. One instance per run: some remember earlier steps.</param>
    /// <param name="processes">The processes that train together, each with its shares of the losses, which add up to the losses
    /// of the whole batch: a mean over the samples of one process, times their share of all samples. All are left with the
    /// gradients of the whole batch. <see langword="null"/>, the default, for one process.</param>
    /// <returns>A report whose loss is the sum of all, with the figures that the method describes.</returns>
    /// <exception cref="ArgumentException">Fewer than 2 or more than 32 losses, one that is no scalar or has no graph, no shared
    /// parameter that requires a gradient, or a gradient that is not finite where the method reads their inner products.
    /// </exception>
    /// <exception cref="TimeoutException">Another process did not take part in time.</exception>
    public static StepReport Compute(
        IReadOnlyList<Tensor> losses,
        IReadOnlyList<Parameter> shared,
        IReadOnlyList<Parameter> others,
        MultiTaskMethod method,
        ProcessGroup? processes = null)
    {
        ArgumentNullException.ThrowIfNull(losses);
        ArgumentNullException.ThrowIfNull(shared);
        ArgumentNullException.ThrowIfNull(others);
        ArgumentNullException.ThrowIfNull(method);
        CheckLosses(losses);
        var (encoder, rest) = (Learning(shared), Learning(others));
        if (encoder.Length == 0)
        {
            throw new ArgumentException(
                $"shared must hold a parameter that requires a gradient, but none of its {shared.Count} does.", nameof(shared));
        }

        processes ??= ProcessGroup.SingleProcess;
        var gradients = losses.Select(loss => Gradients(loss, encoder)).ToArray();
        SumOverProcesses(processes, gradients, encoder);
        var values = stack([.. losses.Select(loss => loss.detach().reshape([]).to(ScalarType.Float64))]);
        processes.Sum(values);
        var combination = method.Combine(new MultiTaskObjectives(values, gradients));
        if (rest.Length > 0)
        {
            losses.Select((loss, k) => combination.LossWeights is { } weights ? weights[k].to(loss.dtype) * loss : loss)
                .Aggregate((total, loss) => total + loss).backward(inputs: rest);
            if (processes.Size > 1)
            {
                TensorBucket.BeginSumOfGradients(processes, rest).EndSumOfGradients();
            }
        }

        foreach (var (i, parameter) in encoder.Index())
        {
            using var noGrad = no_grad();
            parameter.grad = gradients.Select((g, k) => g[i] * EncoderGradientPair.At(combination.Coefficients[k], i).to(g[i].dtype))
                .Aggregate((total, term) => total + term).contiguous();
        }

        var sum = values.sum();
        return combination.AddFigures(new StepReport(sum, sum));
    }

    /// <summary>Sums the gradients of the losses at the encoder, in one collective per type.</summary>
    private static void SumOverProcesses(ProcessGroup processes, Tensor[][] gradients, Parameter[] encoder)
    {
        if (processes.Size > 1)
        {
            Tensor[] like = [.. gradients.SelectMany(_ => encoder)];
            var sums = TensorBucket.BeginSum(processes, [.. gradients.SelectMany(ofLoss => ofLoss)], like).EndSum();
            foreach (var (k, ofLoss) in sums.Chunk(encoder.Length).Index())
            {
                gradients[k] = ofLoss!;
            }
        }
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
                throw new ArgumentException($"losses[{k}] must be a scalar with a graph, but is {found}.", nameof(losses));
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

    /// <summary>One loss's gradient of each parameter. By <c>backward</c>, whose errors, of a graph that was used up, say, are
    /// exceptions; those of <c>autograd.grad</c> end the process.</summary>
    private static Tensor[] Gradients(Tensor loss, Parameter[] parameters)
    {
        loss.backward(retain_graph: true, inputs: parameters);
        var gradients = parameters.Select(parameter => EncoderForward.OrZeros(parameter.grad, parameter)).ToArray();
        Learning(parameters);
        return gradients;
    }
}

/// <summary>K losses and their gradients at the shared encoder, in one step.</summary>
/// <param name="Losses">Without a graph, double, [K].</param>
/// <param name="Gradients">[losses][parameters].</param>
internal sealed record MultiTaskObjectives(Tensor Losses, Tensor[][] Gradients)
{
    private Tensor[]? _products;

    public int Count => Gradients.Length;

    /// <summary>Lengths of the whole gradients, double, [K].</summary>
    public Tensor Norms => Products.Aggregate((sum, ofParameter) => sum + ofParameter).diagonal().sqrt();

    /// <summary>Lengths of the gradients of every parameter, double, [K, parameters].</summary>
    public Tensor NormsPerTensor => stack([.. Products.Select(ofParameter => ofParameter.diagonal())], 1).sqrt();

    /// <summary>Inner products of each parameter's gradients, double, [K, K].</summary>
    private Tensor[] Products => _products ??=
        [.. Enumerable.Range(0, Gradients[0].Length).Select(i => ProductsOf(Gradients.Select(ofLoss => ofLoss[i].flatten())))];

    /// <summary>Inner products of the whole gradients, read from the device.</summary>
    public double[,] ReadGram()
    {
        using var scope = NewDisposeScope();
        double[] products = Products.Aggregate((sum, ofParameter) => sum + ofParameter).cpu().data<double>().ToArray();
        var gram = new double[Count, Count];
        Buffer.BlockCopy(products, 0, gram, 0, sizeof(double) * products.Length);
        return gram;
    }

    /// <summary>One number per loss where the losses are, double, [K].</summary>
    public Tensor OnDevice(IEnumerable<double> perLoss) => tensor(perLoss.ToArray(), ScalarType.Float64, Losses.device);

    private static Tensor ProductsOf(IEnumerable<Tensor> gradients)
    {
        using var scope = NewDisposeScope(); // frees the copies before those of the next parameter are made
        var rows = stack(gradients).to(ScalarType.Float64);
        return rows.matmul(rows.t()).MoveToOuterDisposeScope();
    }
}
