using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// What a strategy did in one step. Numbers stay on the device until they are asked for: reading one waits for the
/// device, and works until the dispose scope of the step ends. What was read stays readable.
/// </summary>
public class StepReport
{
    private readonly DeviceNumbers _loss;

    /// <summary>A report of the loss alone.</summary>
    /// <param name="loss">The loss that was minimised, a scalar. The step's scope keeps it.</param>
    public StepReport(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        DeviceLoss = loss.detach();
        _loss = new DeviceNumbers(nameof(Loss), DeviceLoss);
    }

    /// <summary>The loss that was minimised: all terms, mean over the batch.</summary>
    /// <exception cref="InvalidOperationException">It was not read before the step's scope ended.</exception>
    public double Loss => _loss.Read()[0];

    /// <summary>The loss where it was computed.</summary>
    internal Tensor DeviceLoss { get; }
}
