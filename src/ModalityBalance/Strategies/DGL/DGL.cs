using ModalityBalance.Gradients;
using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// Disentangled gradient learning (DGL; Wei, Luo and Luo, ICCV 2025, arXiv 2507.10213): encoders learn from unimodal losses only,
/// the fusion from the fused loss only.
/// </summary>
/// <remarks>The reading is that of the published code. Heads that the fused prediction does not use learn from the unimodal
/// losses too. The report holds <c>unimodal_loss</c> of every modality, without its weight.</remarks>
public sealed class DGL : GradientStrategy
{
    private readonly DGLOptions _options;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">Defaults to the settings of the published code.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public DGL(DGLOptions? options = null)
    {
        _options = options ?? new DGLOptions();
        _options.Check();
    }

    /// <inheritdoc/>
    protected override object Options => _options;

    /// <inheritdoc/>
    public override StrategyRequirements Requirements => _options.Prediction == DGLPrediction.Heads
        ? StrategyRequirements.UnimodalHeads : StrategyRequirements.None;

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Encode();
        var own = Enumerable.Range(0, step.ModalityCount).Select(m => UnimodalLoss(step, m)).ToArray();
        var unimodal = _options.Alpha * own.Aggregate((sum, term) => sum + term);
        var cotangents = step.GradientAtRepresentations(unimodal);
        var task = step.TaskLoss();
        step.BackwardTop(task);
        if (_options.Prediction == DGLPrediction.Heads)
        {
            UnusedHeads.Learn(step, () => unimodal);
        }

        for (int m = 0; m < step.ModalityCount; m++)
        {
            step.BackwardEncoder(m, cotangents[m]);
        }

        return new StepReport(task + unimodal, task).Add("unimodal_loss", own);
    }

    /// <summary>From a head, or from the fusion with zeros in place of the other representations.</summary>
    private Tensor UnimodalLoss(TrainingStep step, int modality) => _options.Prediction == DGLPrediction.Heads
        ? step.UnimodalLoss(modality)
        : step.Mean(step.TaskLosses(step.Predict(
            [.. step.Representations.Select((z, m) => m == modality ? z : zeros_like(z))], step.Batch.Present?.Values)), modality);
}

/// <summary>The settings of DGL (Wei, Luo and Luo, ICCV 2025).</summary>
public sealed record DGLOptions
{
    /// <summary>The weight of the unimodal losses, finite and above 0. Defaults to 4, as in the published code.</summary>
    public double Alpha { get; init; } = 4;

    /// <summary>The predictor of a single modality. Defaults to <see cref="DGLPrediction.Heads"/>.</summary>
    public DGLPrediction Prediction { get; init; } = DGLPrediction.Heads;

    internal void Check()
    {
        Require.Positive(Alpha);
        Require.Defined(Prediction);
    }
}

/// <summary>Specifies how DGL predicts from a single modality.</summary>
public enum DGLPrediction
{
    /// <summary>The unimodal heads.</summary>
    Heads,

    /// <summary>The fusion, with zeros in place of the other representations; it does not learn from that.</summary>
    ZeroedFusion,
}
