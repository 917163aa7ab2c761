using ModalityBalance.Internal;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>The part of a multimodal network above its representations.</summary>
public abstract class FusionModule : nn.Module
{
    /// <summary>Keeps the sizes that every fusion has.</summary>
    /// <param name="name">The module's name.</param>
    /// <param name="widths">Features of each modality's representation, one per modality, each at least 1.</param>
    /// <param name="outputs">Values per prediction: classes, labels, or 1; at least 1.</param>
    /// <exception cref="ArgumentException">Fewer than two widths, or a size below 1.</exception>
    protected FusionModule(string name, IReadOnlyList<long> widths, long outputs)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(widths);
        if (widths.Count < 2 || widths.Any(width => width < 1))
        {
            throw new ArgumentException(
                $"widths must hold at least two sizes of at least 1, but is [{string.Join(", ", widths)}].",
                nameof(widths));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        Widths = [.. widths];
        Outputs = outputs;
    }

    /// <summary>Features of each modality's representation.</summary>
    public IReadOnlyList<long> Widths { get; }

    /// <summary>Values per prediction.</summary>
    public long Outputs { get; }

    /// <summary>Whether <see cref="PredictUnimodal"/> works without heads of the model's own. False by default.</summary>
    public virtual bool PredictsUnimodal => false;

    /// <summary>The fused prediction. Checks the shapes, then fuses.</summary>
    /// <param name="representations">One per modality, each [batch, width].</param>
    /// <param name="present">Bool, [batch, M]; null when every sample has every modality.</param>
    /// <returns>[batch, outputs]; the caller owns it.</returns>
    /// <exception cref="ArgumentException">Another number of representations, another width, or unequal batches.
    /// </exception>
    public Tensor Fuse(IReadOnlyList<Tensor> representations, Tensor? present)
    {
        ArgumentNullException.ThrowIfNull(representations);
        CheckShapes(representations, present);
        return FuseCore(representations, present);
    }

    /// <summary>The prediction of a single modality, by a part of this fusion.</summary>
    /// <param name="modality">Index in [0, M).</param>
    /// <param name="representation">[batch, width].</param>
    /// <returns>[batch, outputs]; the caller owns it.</returns>
    /// <exception cref="InvalidOperationException">This fusion gives no unimodal prediction; give the model heads.
    /// </exception>
    public virtual Tensor PredictUnimodal(int modality, Tensor representation) =>
        throw new InvalidOperationException(
            $"{GetName()} gives no prediction of one modality alone: give the model unimodal heads.");

    /// <summary>The part of a representation that linear probes see, [batch, features]. Defaults to all of it.</summary>
    /// <param name="modality">Index in [0, M).</param>
    /// <param name="representation">[batch, ...].</param>
    public virtual Tensor Pool(int modality, Tensor representation)
    {
        ArgumentNullException.ThrowIfNull(representation);
        return representation.flatten(1);
    }

    /// <summary>The parameters with which this fusion predicts from one modality and from no other. None by default.</summary>
    /// <param name="modality">Index in [0, M).</param>
    public virtual IEnumerable<Parameter> HeadParameters(int modality) => [];

    /// <summary>A head that predicts from any modality's representation; <see langword="null"/>, the default, if there is none.
    /// </summary>
    public virtual nn.Module<Tensor, Tensor>? SharedHead => null;

    /// <summary>Fuses representations whose shapes were checked.</summary>
    /// <inheritdoc cref="Fuse"/>
    protected abstract Tensor FuseCore(IReadOnlyList<Tensor> representations, Tensor? present);

    /// <summary>Subclasses register their parts by name in the constructor.</summary>
    protected override void RegisterComponents()
    {
    }

    /// <summary>A representation with zeros for the samples that lack the modality.</summary>
    /// <param name="modality">Index in [0, M).</param>
    /// <param name="representation">[batch, ...].</param>
    /// <param name="present">Bool, [batch, M], or null.</param>
    /// <returns>Like the representation; the representation itself when nothing is absent.</returns>
    protected static Tensor ZeroAbsent(int modality, Tensor representation, Tensor? present)
    {
        ArgumentNullException.ThrowIfNull(representation);
        return present is null
            ? representation
            : where(
                present.select(1, modality).AlongBatch(representation.dim()), representation, zeros_like(representation));
    }

    /// <summary>The mean of one value per modality over the modalities that a sample has.</summary>
    /// <param name="values">One per modality, [batch, ...] each.</param>
    /// <param name="present">Bool, [batch, M], or null.</param>
    /// <returns>[batch, ...]; zeros, not 0/0, for a sample without any modality.</returns>
    private protected static Tensor MeanOfPresent(IEnumerable<Tensor> values, Tensor? present)
    {
        Tensor[] there = [.. values.Select((value, m) => ZeroAbsent(m, value, present))];
        var sum = there.Aggregate((total, value) => total + value);
        return present is null
            ? sum / there.Length
            : sum / present.to(sum.dtype).sum([1L]).clamp(min: 1).AlongBatch(sum.dim());
    }

    /// <summary>The shape that a representation must have. [batch, width] by default.</summary>
    /// <param name="modality">Index in [0, M).</param>
    /// <param name="representation">The representation, for sizes that are free.</param>
    /// <param name="batch">The number of samples.</param>
    private protected virtual long[] ShapeOf(int modality, Tensor representation, long batch) => [batch, Widths[modality]];

    /// <summary>[batch, tokens, width] with any number of tokens.</summary>
    private protected long[] ShapeOfTokens(int modality, Tensor representation, long batch) =>
        [batch, representation.dim() == 3 && representation.shape[1] > 0 ? representation.shape[1] : 1, Widths[modality]];

    private void CheckShapes(IReadOnlyList<Tensor> representations, Tensor? present)
    {
        if (representations.Count != Widths.Count)
        {
            throw new ArgumentException(
                $"representations must hold one per modality, {Widths.Count}, but holds {representations.Count}.",
                nameof(representations));
        }

        long batch = representations[0].shape[0];
        for (int m = 0; m < Widths.Count; m++)
        {
            CheckShape($"representations[{m}]", representations[m], ShapeOf(m, representations[m], batch));
        }

        if (present is not null)
        {
            CheckShape(nameof(present), present, [batch, Widths.Count]);
        }
    }

    private static void CheckShape(string what, Tensor tensor, long[] expected)
    {
        if (!tensor.shape.SequenceEqual(expected))
        {
            throw new ArgumentException(
                $"{what} must have shape {expected.Describe()}, but has {tensor.Describe()}.");
        }
    }
}
