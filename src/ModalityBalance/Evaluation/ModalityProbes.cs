using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Evaluation;

/// <summary>A linear probe on each modality's frozen representations: what its encoder has learned, whatever fusion and
/// heads make of it.</summary>
public static class ModalityProbes
{
    /// <summary>Fits one probe per modality on the training data and scores it on the test data.</summary>
    /// <param name="model">The network; each part gets back the mode it had.</param>
    /// <param name="task">The classification that was learned.</param>
    /// <param name="train">Samples to fit on; epoch 0 is used.</param>
    /// <param name="test">Samples to score on; epoch 0 is used.</param>
    /// <param name="device">The model's device.</param>
    /// <param name="cancellation">Asked before every batch.</param>
    /// <returns>Accuracy on the test data, per modality, in [0, 1].</returns>
    /// <exception cref="ArgumentException">The data has no batch, or no sample of a modality.</exception>
    public static IReadOnlyList<double> Accuracies(
        IMultimodalModel model,
        ClassificationTask task,
        IBatchSource train,
        IBatchSource test,
        Device device,
        CancellationToken cancellation = default) =>
        [.. Scores(model, task, train, test, device, options: null, cancellation).Select(scores => scores.Primary)];

    /// <summary>Fits one probe per modality on the training data, with a fixed penalty or one chosen on validation
    /// data, and scores it on the test data.</summary>
    /// <param name="model">The network; each part gets back the mode it had.</param>
    /// <param name="task">What was learned.</param>
    /// <param name="train">Samples to fit on; epoch 0 is used.</param>
    /// <param name="test">Samples to score on; epoch 0 is used.</param>
    /// <param name="device">The model's device.</param>
    /// <param name="options">How the penalty comes about; the fixed default for null.</param>
    /// <param name="cancellation">Asked before every batch.</param>
    /// <returns>Scores on the test data, per modality.</returns>
    /// <exception cref="ArgumentException">The data has no batch, or no sample of a modality; or an option is out of
    /// its range.</exception>
    public static IReadOnlyList<TaskScores> Scores(
        IMultimodalModel model,
        LearningTask task,
        IBatchSource train,
        IBatchSource test,
        Device device,
        ProbeOptions? options,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        options ??= new ProbeOptions();
        options.Check();
        using var scope = NewDisposeScope();
        var fitted = ProbeRows.Of(model, train, nameof(train), device, cancellation);
        var scored = ProbeRows.Of(model, test, nameof(test), device, cancellation);
        var chosen = options.Validation is null
            ? null
            : ProbeRows.Of(model, options.Validation, nameof(options.Validation), device, cancellation);
        return [.. fitted.Zip(scored, (fit, score) => (fit, score)).Select((rows, m) => Probe(rows.fit, chosen?[m])
            .Score(rows.score.Representations, rows.score.Targets))];

        LinearProbe Probe(
            (Tensor Representations, Tensor Targets) fit, (Tensor Representations, Tensor Targets)? choose) =>
            choose is { } validation
                ? LinearProbe.Choose(fit, validation, task, options.Candidates)
                : LinearProbe.Fit(fit.Representations, fit.Targets, task, options.Penalty);
    }
}
