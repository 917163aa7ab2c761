using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Training;

namespace Papers;

/// <summary>How the gradients of the fused and the unimodal loss were related at each encoder, over all steps of MMPareto.</summary>
internal sealed class GradientFigures : TrainingCallback
{
    /// <summary>The names of the figures of one encoder.</summary>
    public static readonly IReadOnlyList<string> Columns =
        ["steps", "mean cosine", "in conflict", "stationary", "fused norm", "unimodal norm"];

    private readonly List<StepFigures> _steps = [];

    /// <summary>Gets the figures of an encoder, as many as <see cref="Columns"/>.</summary>
    public double[] Of(int modality)
    {
        double[] cosines = [.. _steps.Select(step => step.Cosine[modality])];
        return
        [
            _steps.Count,
            cosines.Average(),
            cosines.Count(cosine => cosine < 0),
            _steps.Count(step => step.Stationary[modality] == 1),
            _steps.Average(step => step.FusedNorm[modality]),
            _steps.Average(step => step.UnimodalNorm[modality]),
        ];
    }

    /// <inheritdoc/>
    public override void OnStep(TrainingStep step, StepReport report) => _steps.Add(new StepFigures(
        report["cosine"], report["stationary"], report["multimodal_norm"], report["unimodal_norm"]));

    private sealed record StepFigures(
        IReadOnlyList<double> Cosine,
        IReadOnlyList<double> Stationary,
        IReadOnlyList<double> FusedNorm,
        IReadOnlyList<double> UnimodalNorm);
}
