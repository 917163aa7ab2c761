using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Golden;
using static ModalityBalance.Tests.Support.ToyStep;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

/// <summary>Every schedule as a combination of two gradients that are found without I2MCL.</summary>
public class I2mclScheduleTests
{
    private const double Scale = 0.15;
    private const int Modalities = 3;
    private const int TaskModality = 1;

    public static TheoryData<I2mclSchedule> Schedules => new(Enum.GetValues<I2mclSchedule>());

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Each_encoder_learns_from_its_share_of_both(I2mclSchedule schedule)
    {
        using var scope = NewDisposeScope();
        using var model = Model(Modalities);
        var batch = Batch(Modalities);
        Run(new JointTraining(), model, batch);
        var fromTask = Gradients(model);
        var shared = Gradient(model.SharedParameters());
        var fromTeacher = FromTeachers(model, batch);
        using var strategy = new I2mcl(new I2mclOptions
        {
            Schedule = schedule,
            TaskModality = TaskModality,
            WeighSamples = false,
            DistillationScale = Scale,
        });

        var report = (I2mclReport)Run(strategy, model, batch);

        report.Alpha.Should().OnlyContain(alpha => Math.Abs(alpha - 0.5) > 0.03 && alpha > 0.03 && alpha < 0.97);
        for (int m = 0; m < Modalities; m++)
        {
            var (task, teacher) = Shares(schedule, m, report);
            Gradients(model)[m].ShouldMatch(Combine(task, fromTask[m], teacher, fromTeacher[m]));
        }

        Gradient(model.SharedParameters()).ShouldMatch(shared);
    }

    private static (double Task, double Teacher) Shares(I2mclSchedule schedule, int modality, I2mclReport report) =>
        schedule switch
        {
            I2mclSchedule.ByAlpha => modality == report.Selected ? (1, 0) : (0, 1),
            I2mclSchedule.Both => (1, 1),
            I2mclSchedule.AllTask => (1, 0),
            I2mclSchedule.AllTeacher => (0, 1),
            I2mclSchedule.Fixed => modality == TaskModality ? (1, 0) : (0, 1),
            I2mclSchedule.Mixed => (1 - report.Alpha[modality], report.Alpha[modality]),
            _ => (report.Alpha[modality], 1 - report.Alpha[modality]),
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
