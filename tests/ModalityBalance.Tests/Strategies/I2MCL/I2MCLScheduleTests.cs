using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Golden;
using static ModalityBalance.Tests.Support.ToyStep;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

/// <summary>Every schedule as a combination of two gradients that are found without I2MCL.</summary>
public class I2MCLScheduleTests
{
    private const double Scale = 0.15;
    private const int Modalities = 3;
    private const int TaskModality = 1;

    public static TheoryData<I2MCLSchedule> Schedules => new(Enum.GetValues<I2MCLSchedule>());

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Each_encoder_learns_from_its_share_of_both(I2MCLSchedule schedule)
    {
        using var scope = NewDisposeScope();
        using var model = Model(Modalities);
        var batch = Batch(Modalities);
        Run(new JointTraining(), model, batch);
        var fromTask = Gradients(model);
        var shared = Gradient(model.SharedParameters());
        var fromTeacher = FromTeachers(model, batch);
        using var strategy = new I2MCL(new I2MCLOptions
        {
            Schedule = schedule,
            TaskModality = TaskModality,
            WeighSamples = false,
            DistillationScale = Scale,
        });

        var report = Run(strategy, model, batch);

        report["alpha"].Should().OnlyContain(alpha => Math.Abs(alpha - 0.5) > 0.03 && alpha > 0.03 && alpha < 0.97);
        for (int m = 0; m < Modalities; m++)
        {
            var (task, teacher) = Shares(schedule, m, report);
            Gradients(model)[m].ShouldMatch(Combine(task, fromTask[m], teacher, fromTeacher[m]));
        }

        Gradient(model.SharedParameters()).ShouldMatch(shared);
        report.Loss.ShouldMatch(report.TaskLoss + Enumerable.Range(0, Modalities)
            .Sum(m => Shares(schedule, m, report).Teacher * report["distillation_loss"][m]));
    }

    private static (double Task, double Teacher) Shares(I2MCLSchedule schedule, int modality, StepReport report) =>
        schedule switch
        {
            I2MCLSchedule.ByAlpha => modality == report["selected"][0] ? (1, 0) : (0, 1),
            I2MCLSchedule.Both => (1, 1),
            I2MCLSchedule.AllTask => (1, 0),
            I2MCLSchedule.AllTeacher => (0, 1),
            I2MCLSchedule.Fixed => modality == TaskModality ? (1, 0) : (0, 1),
            I2MCLSchedule.Mixed => (1 - report["alpha"][modality], report["alpha"][modality]),
            _ => (report["alpha"][modality], 1 - report["alpha"][modality]),
        };

    private static double[][] Gradients(MultimodalModel model) =>
        [.. Enumerable.Range(0, Modalities).Select(m => Gradient(model.Encoder(m).parameters()))];

    private static double[][] FromTeachers(MultimodalModel model, MultimodalBatch batch)
    {
        model.zero_grad();
        for (int m = 0; m < Modalities; m++)
        {
            var difference = model.Encode(m, batch.Inputs[m]) - Taught(batch).Representations[m];
            (Scale * difference.square().sum(1)).mean().backward();
        }

        return Gradients(model);
    }
}
