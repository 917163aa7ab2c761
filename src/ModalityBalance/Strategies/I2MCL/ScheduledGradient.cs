using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>What one encoder learns from (Eq. 17-20, and the paper's Table 4).</summary>
internal static class ScheduledGradient
{
    /// <param name="options">The schedule.</param>
    /// <param name="modality">The encoder's index.</param>
    /// <param name="fromTask">The gradient of the task loss at its representation.</param>
    /// <param name="fromTeacher">That of its distillation loss.</param>
    /// <param name="alpha">The weight of each modality's distillation gradient, [M].</param>
    /// <param name="selected">The modality with the largest, a scalar.</param>
    public static Tensor Of(
        I2MCLOptions options, int modality, Tensor fromTask, Tensor fromTeacher, Tensor alpha, Tensor selected)
    {
        return options.Schedule switch
        {
            I2MCLSchedule.ByAlpha => where(selected.eq(modality), fromTask, fromTeacher),
            I2MCLSchedule.Both => fromTask + fromTeacher,
            I2MCLSchedule.AllTask => fromTask,
            I2MCLSchedule.AllTeacher => fromTeacher,
            I2MCLSchedule.Fixed => modality == options.TaskModality ? fromTask : fromTeacher,
            I2MCLSchedule.Mixed => Mixed(fromTeacher, fromTask),
            _ => Mixed(fromTask, fromTeacher),
        };

        Tensor Mixed(Tensor byShare, Tensor byRest)
        {
            var share = alpha.select(0, modality).to(fromTask.dtype);
            return (share * byShare) + ((1 - share) * byRest);
        }
    }
}
