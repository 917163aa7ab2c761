using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// What a strategy did in one step. Numbers stay on the device until they are asked for: reading one waits for the
/// device, and works until the dispose scope of the step ends. What was read stays readable.
/// </summary>
public class StepReport
{
    private readonly DeviceNumbers _loss;
    private readonly DeviceNumbers _taskLoss;

    /// <summary>A report of the losses alone.</summary>
    /// <param name="loss">What was minimised, a scalar. The step's scope keeps it.</param>
    /// <param name="taskLoss">The fused prediction's mean task loss, a scalar; null when nothing was fused.</param>
    public StepReport(Tensor loss, Tensor? taskLoss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        DeviceLoss = loss.detach();
        _loss = new DeviceNumbers(nameof(Loss), DeviceLoss);
        _taskLoss = new DeviceNumbers(nameof(TaskLoss), taskLoss is null ? [] : [taskLoss.detach()]);
    }

    /// <summary>What was minimised: all terms, mean over the batch.</summary>
    /// <exception cref="InvalidOperationException">It was not read before the step's scope ended.</exception>
    public double Loss => _loss.Read()[0];

    /// <summary>The fused prediction's mean task loss, without weights or further terms; NaN when nothing was fused.
    /// </summary>
    /// <exception cref="InvalidOperationException">It was not read before the step's scope ended.</exception>
    public double TaskLoss => _taskLoss.Read().DefaultIfEmpty(double.NaN).First();

    /// <summary>Everything that the step says, as named numbers, for logs. The same names in the same order in every
    /// step of one strategy and model.</summary>
    /// <param name="modalities">The modalities' names, in their order.</param>
    /// <returns><c>loss</c> and <c>task_loss</c>, then what the strategy adds.</returns>
    /// <exception cref="InvalidOperationException">They were not read before the step's scope ended.</exception>
    public IReadOnlyList<(string Name, double Value)> Figures(IReadOnlyList<string> modalities)
    {
        ArgumentNullException.ThrowIfNull(modalities);
        return [("loss", Loss), ("task_loss", TaskLoss), .. Details(modalities)];
    }

    /// <summary>What the strategy adds to <see cref="Figures"/>; nothing by default.</summary>
    /// <param name="modalities">The modalities' names, in their order.</param>
    protected virtual IEnumerable<(string Name, double Value)> Details(IReadOnlyList<string> modalities) => [];

    /// <summary>One figure per modality, named <c>FIGURE_MODALITY</c>.</summary>
    /// <param name="figure">What it is.</param>
    /// <param name="modalities">The modalities' names.</param>
    /// <param name="values">A value for each.</param>
    protected static IEnumerable<(string Name, double Value)> PerModality(
        string figure, IReadOnlyList<string> modalities, IEnumerable<double> values) =>
        modalities.Zip(values, (modality, value) => ($"{figure}_{modality}", value));

    /// <summary>The loss where it was computed.</summary>
    internal Tensor DeviceLoss { get; }
}
