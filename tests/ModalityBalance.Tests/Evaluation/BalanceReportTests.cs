using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using ModalityBalance.Tests.Support;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Evaluation;

public class BalanceReportTests
{
    [Theory]
    [InlineData(2, "late")]
    [InlineData(3, "concat")]
    public void Shapley_values_sum_to_what_the_modalities_gain_over_nothing(int modalities, string fusion)
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(modalities, fusion);
        var data = Toy.Data(modalities).InOrder(40);

        var report = BalanceReport.Of(model, Toy.Task, data, CPU);

        // Accuracies are multiples of 1/96; sums of a few of them round to 1e-16 each.
        report.Modalities.Sum(modality => modality.Shapley)
            .Should().BeApproximately(report.Fused.Primary - report.NoModality.Primary, 1e-14);
        report.Fused.Should().Be(Evaluator.Evaluate(model, Toy.Task, data, CPU).Fused);
    }

    [Fact]
    public void The_confidence_ratio_compares_with_the_modalitys_own_teacher_and_the_discrepancy_with_the_others()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(3);
        var data = Toy.Data(3);
        var batch = data.Select([.. Enumerable.Range(0, 96).Select(i => (long)i)]);
        var means = batch.Inputs.Select((input, m) => (double)Toy.Task.ConfidencePerSample(
            model.PredictUnimodal(m, model.Encode(m, input)), batch.Targets).mean().item<float>()).ToArray();

        using var teachers = Taught.Teachers(modalities: 3);
        teachers.eval();
        var taught = batch.Inputs.Select((input, m) => (double)Toy.Task.ConfidencePerSample(
            teachers.PredictUnimodal(m, teachers.Encode(m, input)), batch.Targets).mean().item<float>()).ToArray();

        var report = BalanceReport.Of(model, Toy.Task, data.InOrder(50), CPU, new OnlineTeachers(teachers, Toy.Task));

        report.Modalities[1].Confidence.Should().BeApproximately(means[1], 1e-6, "they are float32");
        report.Modalities[1].TeacherConfidence.Should().BeApproximately(taught[1], 1e-6);
        report.Modalities[1].ConfidenceRatio.Should().BeApproximately(means[1] / taught[1], 1e-5);
        report.Modalities[1].DiscrepancyRatio
            .Should().BeApproximately(means[1] / ((means[0] + means[2]) / 2), 1e-5);
    }

    [Fact]
    public void It_prints_a_line_for_the_fused_prediction_and_one_per_modality()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(fusion: "concat");

        var report = BalanceReport.Of(model, Toy.Task, Toy.Data().InOrder(40), CPU);
        var first = report.Modalities[0] with { Shapley = 0.25, DiscrepancyRatio = 2, Head = null, Gradients = null };

        report.ToString().Split(Environment.NewLine).Should().HaveCount(3).And.StartWith([$"fused: {report.Fused}"]);
        (first with { Confidence = 0.5 }).ToString()
            .Should().Be("m0: Shapley value 0.250, confidence 0.500, confidence over the others' 2.000");
    }

    [Fact]
    public void A_model_is_aligned_with_itself_and_scores_as_its_own_teacher()
    {
        using var scope = NewDisposeScope();
        using var model = Taught.Teachers();
        var data = Toy.Data().InOrder(40);

        var report = BalanceReport.Of(model, Toy.Task, data, CPU, new OnlineTeachers(model, Toy.Task));

        foreach (var modality in report.Modalities)
        {
            modality.Alignment.Should().BeApproximately(1, 1e-12);
            modality.AlignmentUnavailableReason.Should().BeNull();
            modality.Head.Should().Be(modality.Teacher);
            modality.Gradients!.Batches.Should().Be(3);
        }
    }

    [Fact]
    public void Opposite_representations_have_the_alignment_minus_one()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var teachers = new Fixed((batch, m) => -model.Encode(m, batch.Inputs[m]).detach());

        BalanceReport.Of(model, Toy.Task, Toy.Data().InOrder(40), CPU, teachers)
            .Modalities.Should().OnlyContain(modality => Math.Abs(modality.Alignment!.Value + 1) < 1e-12);
    }

    [Fact]
    public void What_cannot_be_taken_is_null_with_its_reason()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(2, "concat", heads: false);
        var data = Toy.Data().InOrder(40);
        var wider = new Fixed((batch, _) => zeros(batch.Size, Toy.Width + 1));

        var alone = BalanceReport.Of(model, Toy.Task, data, CPU).Modalities[0];
        var other = BalanceReport.Of(model, Toy.Task, data, CPU, wider).Modalities[0];

        (alone.Head, alone.Teacher, alone.Confidence, alone.ConfidenceRatio, alone.Alignment, alone.Gradients)
            .Should().Be((null, null, null, null, null, null));
        alone.AlignmentUnavailableReason.Should().Contain("No teachers");
        other.Alignment.Should().BeNull();
        other.AlignmentUnavailableReason.Should().Contain($"{Toy.Width}]").And.Contain($"{Toy.Width + 1}]");
    }

    [Fact]
    public void Absent_modalities_count_nowhere()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var whole = Toy.Batch(size: 4);
        var present = new PresenceMask(new[,] { { true, true }, { true, false }, { true, true }, { true, false } });
        var data = new MultimodalDataset(whole.Inputs, whole.Targets, Toy.Task, present);
        var teachers = new Fixed((batch, m) => model.Encode(m, batch.Inputs[m]).detach() * (m == 0 ? 1 : Sign(batch)));

        var image = BalanceReport.Of(model, Toy.Task, data.InOrder(4), CPU, teachers).Modalities[1];

        (image.Head!.Samples, image.Teacher!.Samples).Should().Be((2, 2));
        image.Alignment.Should().BeApproximately(1, 1e-12, "the samples that are there agree");

        static Tensor Sign(MultimodalBatch batch) => tensor(new float[] { 1, -1, 1, -1 }, [4, 1]);
    }

    [Fact]
    public void A_regression_is_reported_too()
    {
        using var scope = NewDisposeScope();
        using var teachers = Taught.Teachers(outputs: 1);
        var data = new MultimodalDataset(Toy.Batch().Inputs, rand(8), new RegressionTask());

        var report = BalanceReport.Of(teachers, new RegressionTask(), data.InOrder(8), CPU);

        report.Modalities.Sum(modality => modality.Shapley)
            .Should().BeApproximately(report.Fused.Primary - report.NoModality.Primary, 1e-12);
        report.NoModality.Should().BeOfType<RegressionScores>();
    }

    private sealed class Fixed(Func<MultimodalBatch, int, Tensor> representation) : ITeacherSource
    {
        public TeacherOutputs For(MultimodalBatch batch) => new(
            [.. batch.Inputs.Select((_, m) => representation(batch, m))],
            [.. batch.Inputs.Select(_ => zeros(batch.Size, Toy.Classes))],
            [.. batch.Inputs.Select(_ => 0.5)]);
    }
}
