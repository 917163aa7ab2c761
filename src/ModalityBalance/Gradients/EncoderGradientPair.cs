using static TorchSharp.torch;

namespace ModalityBalance.Gradients;

/// <summary>The gradients g and h of two losses at one encoder's parameters, to be compared and then combined.</summary>
internal abstract class EncoderGradientPair
{
    /// <summary>Their inner products, parameter by parameter, in all processes.</summary>
    public abstract GradientProducts Products { get; }

    /// <summary>Leaves a g + b h as the gradients of the encoder's parameters. Uses g and h up.</summary>
    /// <param name="a">The factor on g: a scalar for all parameters alike, or [parameters].</param>
    /// <param name="b">The factor on h, likewise.</param>
    public abstract void LeaveCombination(Tensor a, Tensor b);

    /// <summary>a g + b h, in the memory of g.</summary>
    protected static Tensor Combine(Tensor g, Tensor a, Tensor h, Tensor b, int parameter) =>
        g.mul_(At(a, parameter)).addcmul_(h, At(b.to(g.dtype), parameter), 1);

    /// <summary>The coefficient of one parameter, of coefficients for all alike or one each.</summary>
    internal static Tensor At(Tensor coefficients, int parameter) =>
        coefficients.dim() == 0 ? coefficients : coefficients.select(0, parameter);
}

/// <summary>Both gradients whole, tensor by tensor, in this process.</summary>
internal sealed class WholeGradientPair(TrainingStep step, int modality, IReadOnlyList<Tensor> g, IReadOnlyList<Tensor> h)
    : EncoderGradientPair
{
    public override GradientProducts Products { get; } = new(g, h);

    public override void LeaveCombination(Tensor a, Tensor b)
    {
        step.SetEncoderGradient(modality, [.. g.Select((tensor, i) => Combine(tensor, a, h[i], b, i))]);

        // Gradients of one encoder are done with before those of the next are made; the step's scope would keep all of them.
        foreach (var tensor in h)
        {
            tensor.Dispose();
        }
    }
}

/// <summary>
/// Both gradients as sums over all processes, of which each process holds one part: their inner products are sums of products of
/// parts, and only the combination of the parts is gathered. Moves 1.5 times the bytes of one summed gradient, where summing both
/// would move twice as many.
/// </summary>
internal sealed class ShardedGradientPair : EncoderGradientPair
{
    private readonly TrainingStep _step;
    private readonly int _modality;
    private readonly IReadOnlyList<Tensor> _parameters;
    private readonly Tensor _g;
    private readonly Tensor _h;
    private readonly (int Parameter, long Offset, long Length)[] _pieces;

    private ShardedGradientPair(
        TrainingStep step, int modality, EncoderBackward graph, IReadOnlyList<IReadOnlyList<Tensor>> gradients)
    {
        (_step, _modality, _parameters) = (step, modality, graph.Parameters);
        _g = Scatter(gradients[0]);
        _h = Scatter(gradients[1]);
        _pieces = [.. Pieces(_parameters, step.Processes.Rank * _g.shape[0], _g.shape[0])];

        // [4, parameters]: three products of this process's part, and whether it has reached the parameter.
        using var scope = NewDisposeScope();
        var rows = zeros(4, _parameters.Count, ScalarType.Float64, _g.device);
        if (_pieces.Length > 0)
        {
            var products = new GradientProducts([.. _pieces.Select(piece => Of(_g, piece))], [.. _pieces.Select(piece => Of(_h, piece))]);
            using var places = tensor([.. _pieces.Select(piece => (long)piece.Parameter)], device: _g.device);
            rows.narrow(0, 0, 3).index_copy_(1, places, products.Values);
        }

        if (gradients[0].Count > 0)
        {
            rows.select(0, 3).copy_(tensor([.. graph.Reached(gradients[0]).Select(gradient => gradient is null ? 0.0 : 1)]));
        }

        step.Processes.Sum(rows);
        Products = new GradientProducts(rows.narrow(0, 0, 3).clone().MoveToOuterDisposeScope());
        graph.SetReached([.. rows.select(0, 3).cpu().data<double>().ToArray().Select(count => count > 0)]);
    }

    /// <inheritdoc/>
    public override GradientProducts Products { get; }

    /// <summary>Sums both gradients over all processes.</summary>
    /// <param name="step">A step of several processes.</param>
    /// <param name="modality">The encoder's index.</param>
    /// <param name="graph">Its parameters, at least one.</param>
    /// <param name="gradients">Two, each empty in a process without a sample that has the modality.</param>
    public static EncoderGradientPair Of(
        TrainingStep step, int modality, EncoderBackward graph, IReadOnlyList<IReadOnlyList<Tensor>> gradients)
    {
        using var noGrad = no_grad();
        return new ShardedGradientPair(step, modality, graph, gradients);
    }

    public override void LeaveCombination(Tensor a, Tensor b)
    {
        using var noGrad = no_grad();
        foreach (var piece in _pieces)
        {
            Combine(Of(_g, piece), a, Of(_h, piece), b, piece.Parameter);
        }

        var whole = _step.Processes.Gather(_g);
        _step.SetEncoderGradient(_modality, [.. Pieces(_parameters, 0, whole.shape[0]).Select(piece =>
            Of(whole, piece).reshape(_parameters[piece.Parameter].shape).to(_parameters[piece.Parameter].dtype))]);
        _g.Dispose();
        _h.Dispose();
    }

    private static Tensor Of(Tensor flat, (int Parameter, long Offset, long Length) piece) =>
        flat.narrow(0, piece.Offset, piece.Length);

    /// <summary>The pieces of parameters, laid one after the other, that lie in a range; offsets count from its start.</summary>
    private static IEnumerable<(int Parameter, long Offset, long Length)> Pieces(
        IReadOnlyList<Tensor> parameters, long start, long length)
    {
        long offset = 0;
        foreach (var (i, parameter) in parameters.Index())
        {
            long first = Math.Max(offset, start);
            long end = Math.Min(offset + parameter.numel(), start + length);
            if (first < end)
            {
                yield return (i, first - start, end - first);
            }

            offset += parameter.numel();
        }
    }

    /// <summary>This process's part of a gradient's sum. Parts are equal; the last ends in zeros.</summary>
    private Tensor Scatter(IReadOnlyList<Tensor> gradient)
    {
        using var scope = NewDisposeScope();
        long total = _parameters.Sum(parameter => parameter.numel());
        int size = _step.Processes.Size;
        var type = _parameters.Aggregate(_parameters[0].dtype, (wide, parameter) =>
            parameter.dtype == ScalarType.Float64 || wide == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32);
        var flat = zeros((total + size - 1) / size * size, type, _parameters[0].device);
        long offset = 0;
        foreach (var tensor in gradient)
        {
            flat.narrow(0, offset, tensor.numel()).copy_(tensor.flatten());
            offset += tensor.numel();
        }

        return _step.Processes.SumScatter(flat).clone().MoveToOuterDisposeScope();
    }
}
