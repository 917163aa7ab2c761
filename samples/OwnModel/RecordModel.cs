using ModalityBalance.Data;
using ModalityBalance.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OwnModel;

/// <summary>
/// A network for records with an image, a text and a table: any encoder per modality, and one linear layer on the sum of their
/// representations, each weighted by a gate that reads all of them.
/// </summary>
internal sealed class RecordModel : nn.Module, IMultimodalModel
{
    private readonly ModalityEncoder[] _encoders;
    private readonly ModuleList<Linear> _heads;
    private readonly Linear _gate;
    private readonly Linear _output;

    public RecordModel(ModalityEncoder[] encoders, long width, long classes)
        : base(nameof(RecordModel))
    {
        _encoders = encoders;
        Modalities = [.. encoders.Select(encoder => encoder.Name)];
        _heads = new ModuleList<Linear>([.. encoders.Select(_ => nn.Linear(width, classes))]);
        _gate = nn.Linear(encoders.Length * width, encoders.Length);
        _output = nn.Linear(width, classes);

        // Every part must be registered: the fields by this call, the encoders one by one.
        RegisterComponents();
        foreach (var encoder in encoders)
        {
            register_module($"encoder_{encoder.Name}", encoder.Module);
        }
    }

    public IReadOnlyList<string> Modalities { get; }

    public nn.Module Root => this;

    public bool HasUnimodalHeads => true;

    public nn.Module Encoder(int modality) => _encoders[modality].Module;

    public Tensor Encode(int modality, ModalityInput input) => _encoders[modality].Encode(input);

    public Tensor Fuse(IReadOnlyList<Tensor> representations, Tensor? present)
    {
        var all = stack(representations, 1);
        if (present is not null)
        {
            // What an absent modality's representation holds must not reach the prediction.
            all = where(present.unsqueeze(2), all, zeros_like(all));
        }

        var gates = _gate.call(all.flatten(1)).sigmoid();
        return _output.call((gates.unsqueeze(2) * all).sum([1L]));
    }

    public Tensor PredictUnimodal(int modality, Tensor representation) => _heads[modality].call(representation);

    public IEnumerable<Parameter> SharedParameters() =>
        [.. _heads.parameters(), .. _gate.parameters(), .. _output.parameters()];

    public IEnumerable<Parameter> HeadParameters(int modality) => _heads[modality].parameters();
}

/// <summary>A GRU of one's own for tokens, int64 [batch, time], and their lengths, int64 [batch].</summary>
internal sealed class TextGru : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Embedding _embedding;
    private readonly GRU _gru;

    public TextGru(long vocabulary, long width)
        : base(nameof(TextGru))
    {
        _embedding = nn.Embedding(vocabulary, width);
        _gru = nn.GRU(width, width, batchFirst: true);
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens, Tensor lengths)
    {
        var (states, _) = _gru.call(_embedding.call(tokens));
        var last = (lengths - 1).view(-1, 1, 1).expand(-1, 1, states.shape[2]);
        return states.gather(1, last).squeeze(1);
    }
}
