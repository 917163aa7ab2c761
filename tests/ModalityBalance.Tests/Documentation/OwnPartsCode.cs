using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Documentation;

/// <summary>A network of one's own, of docs/getting-started.md.</summary>
internal sealed class AttentionModel : nn.Module, IMultimodalModel
{
    private readonly ModuleList<nn.Module<Tensor, Tensor>> _encoders;
    private readonly ModuleList<nn.Module<Tensor, Tensor>> _heads;
    private readonly Linear _score;
    private readonly Linear _output;

    public AttentionModel(long[] inputs, long width, long classes)
        : base(nameof(AttentionModel))
    {
        _encoders = new([.. inputs.Select(size => nn.Sequential(nn.Linear(size, width), nn.ReLU()))]);
        _heads = new([.. inputs.Select(_ => nn.Linear(width, classes))]);
        _score = nn.Linear(width, 1);
        _output = nn.Linear(width, classes);
        RegisterComponents();
    }

    public IReadOnlyList<string> Modalities { get; } = ["audio", "image"];

    public nn.Module Root => this;

    public bool HasUnimodalHeads => true;

    public nn.Module Encoder(int modality) => _encoders[modality];

    public Tensor Encode(int modality, ModalityInput input) => _encoders[modality].call(input.Tensors[0]);

    public Tensor Fuse(IReadOnlyList<Tensor> representations, Tensor? present)
    {
        var stacked = stack(representations, 1);
        var scores = _score.call(stacked).squeeze(2);
        if (present is not null)
        {
            stacked = where(present.unsqueeze(2), stacked, zeros_like(stacked));
            scores = where(present, scores, full_like(scores, -1e9));
        }

        return _output.call((scores.softmax(1).unsqueeze(2) * stacked).sum([1L]));
    }

    public Tensor PredictUnimodal(int modality, Tensor representation) => _heads[modality].call(representation);

    public IEnumerable<Parameter> SharedParameters() =>
        _heads.SelectMany(head => head.parameters()).Concat(_score.parameters()).Concat(_output.parameters());
}

/// <summary>A strategy of one's own: the fused loss, and each modality's own with a weight.</summary>
internal sealed class WeightedSum(double weight) : GradientStrategy
{
    public override StrategyRequirements Requirements => StrategyRequirements.UnimodalHeads;

    public override StepReport ComputeGradients(TrainingStep step)
    {
        step.Encode();
        var fused = step.TaskLoss();
        var loss = fused + (weight * step.UnimodalLossSum());
        step.Backward(loss);
        return new StepReport(loss, fused);
    }
}

/// <summary>An observer of one's own.</summary>
internal sealed class LossPrinter(TextWriter output) : TrainingCallback
{
    public override void OnEpochEnd(EpochSummary summary) => output.WriteLine($"epoch {summary.Epoch}: {summary.Loss:F3}");
}
