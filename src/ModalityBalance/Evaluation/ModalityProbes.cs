using ModalityBalance.Tasks;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Evaluation;

/// <summary>A linear probe on each modality's frozen representations: what its encoder has learnt, whatever fusion and
/// heads make of it.</summary>
public static class ModalityProbes
{
    /// <summary>Fits one probe per modality on the training data and scores it on the test data.</summary>
    /// <param name="model">The network; each part gets back the mode it had.</param>
    /// <param name="task">The classification that was learnt.</param>
    /// <param name="train">Samples to fit on; epoch 0 is used.</param>
    /// <param name="test">Samples to score on; epoch 0 is used.</param>
    /// <param name="device">The model's device.</param>
    /// <param name="cancellation">Asked before every batch.</param>
    /// <returns>Accuracy on the test data, per modality, in [0, 1].</returns>
    public static IReadOnlyList<double> Accuracies(
        IMultimodalModel model,
        ClassificationTask task,
        IBatchSource train,
        IBatchSource test,
        Device device,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        using var scope = NewDisposeScope();
        var fitted = Evaluator.Represent(model, train, device, cancellation);
        var scored = Evaluator.Represent(model, test, device, cancellation);
        return fitted.Zip(scored, (fit, score) => LinearProbe
            .Fit(fit.Representations, fit.Targets, task.Outputs)
            .Accuracy(score.Representations, score.Targets)).ToArray();
    }
}
