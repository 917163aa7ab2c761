using ModalityBalance.Data;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// A multimodal network composed from named encoders, a fusion and optional unimodal heads. State keys begin with
/// <c>encoder_NAME</c>, <c>fusion</c> and <c>head_NAME</c>. The model owns the modules it is given.
/// </summary>
public sealed class MultimodalModel : nn.Module, IMultimodalModel
{
    private readonly IReadOnlyList<ModalityEncoder> _encoders;
    private readonly FusionModule _fusion;
    private readonly nn.Module<Tensor, Tensor>[]? _heads;

    /// <summary>Composes a model.</summary>
    /// <param name="encoders">At least two encoders with different names; their order is the modality index.</param>
    /// <param name="fusion">Takes one representation per encoder.</param>
    /// <param name="heads">One per modality, representation to prediction; null when the fusion predicts from one
    /// modality itself (late fusion) or when no strategy needs unimodal predictions. One module may be the head of
    /// several.</param>
    /// <exception cref="ArgumentException">Fewer than two encoders, a name or an encoder module used twice, or a number of
    /// fusion inputs or heads that differs from the number of encoders.</exception>
    public MultimodalModel(
        IReadOnlyList<ModalityEncoder> encoders,
        FusionModule fusion,
        IReadOnlyList<nn.Module<Tensor, Tensor>>? heads = null)
        : base(nameof(MultimodalModel))
    {
        ArgumentNullException.ThrowIfNull(encoders);
        ArgumentNullException.ThrowIfNull(fusion);
        Check(encoders, fusion, heads);
        _encoders = [.. encoders];
        _fusion = fusion;
        _heads = heads?.ToArray();
        Modalities = encoders.Select(encoder => encoder.Name).ToArray();
        foreach (var encoder in _encoders)
        {
            register_module($"encoder_{encoder.Name}", encoder.Module);
        }

        register_module("fusion", fusion);
        for (int m = 0; m < _heads?.Length; m++)
        {
            register_module($"head_{Modalities[m]}", _heads[m]);
        }
    }

    /// <summary>Composes a model with a fusion for the widths of the encoders.</summary>
    /// <param name="encoders">At least two encoders with different names and known widths
    /// (<see cref="ModalityEncoder.Width"/>); their order is the modality index.</param>
    /// <param name="fusion">Makes the fusion for these widths, one per encoder: <c>widths => new LateFusion(widths, 10)</c>.
    /// </param>
    /// <param name="linearHeads">Whether every encoder gets a linear head, for strategies that need heads with a fusion that
    /// has none. Defaults to <see langword="false"/>.</param>
    /// <exception cref="ArgumentException">As for the other constructor, or a width is not known.</exception>
    public MultimodalModel(
        IReadOnlyList<ModalityEncoder> encoders, Func<IReadOnlyList<long>, FusionModule> fusion, bool linearHeads = false)
        : this(encoders, Fusing(encoders, fusion), linearHeads)
    {
    }

    private MultimodalModel(IReadOnlyList<ModalityEncoder> encoders, FusionModule fusion, bool linearHeads)
        : this(encoders, fusion, linearHeads ? UnimodalEnsemble.LinearHeads(encoders, fusion.Outputs) : null)
    {
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Modalities { get; }

    /// <inheritdoc/>
    public nn.Module Root => this;

    /// <summary>The fusion.</summary>
    public FusionModule Fusion => _fusion;

    /// <inheritdoc/>
    public bool HasUnimodalHeads => _heads is not null || _fusion.PredictsUnimodal;

    /// <inheritdoc/>
    public nn.Module Encoder(int modality) => _encoders[modality].Module;

    /// <inheritdoc/>
    public Tensor Encode(int modality, ModalityInput input) => _encoders[modality].Encode(input);

    /// <inheritdoc/>
    public Tensor Fuse(IReadOnlyList<Tensor> representations, Tensor? present) =>
        _fusion.Fuse(representations, present);

    /// <inheritdoc/>
    public Tensor PredictUnimodal(int modality, Tensor representation) =>
        _heads is null
            ? _fusion.PredictUnimodal(modality, representation)
            : _heads[modality].call(representation);

    /// <inheritdoc/>
    public IEnumerable<Parameter> EncoderParameters(int modality) => Encoder(modality).parameters();

    /// <inheritdoc/>
    public IEnumerable<Parameter> SharedParameters() =>
        (_heads ?? []).Distinct().Aggregate(_fusion.parameters(), (parameters, head) => parameters.Concat(head.parameters()));

    /// <inheritdoc/>
    public IEnumerable<Parameter> HeadParameters(int modality) => _heads is null
        ? _fusion.HeadParameters(modality)
        : _heads.Count(head => head == _heads[modality]) == 1 ? _heads[modality].parameters() : [];

    /// <inheritdoc/>
    public Tensor Pool(int modality, Tensor representation) =>
        representation.dim() == 1 ? representation.unsqueeze(1) : _fusion.Pool(modality, representation);

    /// <inheritdoc/>
    public nn.Module<Tensor, Tensor>? SharedHead => _fusion.SharedHead;

    /// <summary>Everything is registered by name in the constructor.</summary>
    protected override void RegisterComponents()
    {
    }

    private static FusionModule Fusing(
        IReadOnlyList<ModalityEncoder> encoders, Func<IReadOnlyList<long>, FusionModule> fusion)
    {
        ArgumentNullException.ThrowIfNull(fusion);
        return fusion(ModalityEncoder.Widths(encoders));
    }

    private static void Check(
        IReadOnlyList<ModalityEncoder> encoders, FusionModule fusion, IReadOnlyList<nn.Module<Tensor, Tensor>>? heads)
    {
        if (encoders.Count < 2)
        {
            throw new ArgumentException(
                $"encoders must hold at least two modalities, but holds {encoders.Count}.", nameof(encoders));
        }

        if (encoders.GroupBy(encoder => encoder.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException(
                $"encoders must have different names, but '{twice.Key}' stands {twice.Count()} times.",
                nameof(encoders));
        }

        if (encoders.GroupBy(encoder => encoder.Module).FirstOrDefault(group => group.Count() > 1) is { } shared)
        {
            throw new ArgumentException(
                "encoders must have a module each, but one is given for "
                + $"{string.Join(" and ", shared.Select(encoder => $"'{encoder.Name}'"))}.", nameof(encoders));
        }

        if (fusion.Widths.Count != encoders.Count)
        {
            throw new ArgumentException(
                $"fusion must take {encoders.Count} representations, but takes {fusion.Widths.Count}.",
                nameof(fusion));
        }

        if (heads is not null && heads.Count != encoders.Count)
        {
            throw new ArgumentException(
                $"heads must hold one per encoder, {encoders.Count}, but holds {heads.Count}.", nameof(heads));
        }
    }
}
