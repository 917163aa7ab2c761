using ModalityBalance.Strategies;
using ModalityBalance.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Documentation;

/// <summary>A network of one's own, of docs/getting-started.md.</summary>
internal sealed class AttentionModel : nn.Module, IMultimodalModel
{
    private readonly ModuleList<nn.Module<Tensor, Tensor>> encoders;
    private readonly ModuleList<nn.Module<Tensor, Tensor>> heads;
    private readonly Linear score;
    private readonly Linear output;

    public AttentionModel(long[] inputs, long width, long classes)
        : base(nameof(AttentionModel))
    {
        encoders = new([.. inputs.Select(size => nn.Sequential(nn.Linear(size, width), nn.ReLU()))]);
        heads = new([.. inputs.Select(_ => nn.Linear(width, classes))]);
        score = nn.Linear(width, 1);
        output = nn.Linear(width, classes);
        RegisterComponents();
    }

    public IReadOnlyList<string> Modalities { get; } = ["audio", "image"];

    public nn.Module Root => this;

    public bool HasUnimodalHeads => true;

    public nn.Module Encoder(int modality) => encoders[modality];

    public Tensor Encode(int modality, ModalityInput input) => encoders[modality].call(input.Tensors[0]);

    public Tensor Fuse(IReadOnlyList<Tensor> representations, Tensor? present)
    {
        var stacked = stack(representations, 1);
        var scores = score.call(stacked).squeeze(2);
        if (present is not null)
        {
            stacked = where(present.unsqueeze(2), stacked, zeros_like(stacked));
            scores = where(present, scores, full_like(scores, -1e9));
        }

        return output.call((scores.softmax(1).unsqueeze(2) * stacked).sum([1L]));
    }

    public Tensor PredictUnimodal(int modality, Tensor representation) => heads[modality].call(representation);

    public IEnumerable<Parameter> SharedParameters() =>
        heads.SelectMany(head => head.parameters()).Concat(score.parameters()).Concat(output.parameters());
}

/// <summary>A strategy of one's own: the fused loss, and each modality's own with a weight.</summary>
internal sealed class WeightedSum(double weight) : IGradientStrategy
{
    public string Name => "Weighted sum";

    public StrategyNeeds Needs => StrategyNeeds.UnimodalHeads;

    public StepReport ComputeGradients(TrainingStep step)
    {
        step.Encode();
        var fused = step.TaskLosses().mean();
        var loss = fused + (weight * step.UnimodalLossSum());
        step.Backward(loss);
        return new StepReport(loss, fused);
    }
}

/// <summary>An observer of one's own.</summary>
internal sealed class LossPrinter(TextWriter output) : ITrainingObserver
{
    public void OnEpochEnd(EpochSummary summary) => output.WriteLine($"epoch {summary.Epoch}: {summary.Loss:F3}");
}
