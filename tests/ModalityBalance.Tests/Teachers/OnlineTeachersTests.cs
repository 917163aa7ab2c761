using ModalityBalance.Data;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Teachers;

public class OnlineTeachersTests
{
    [Fact]
    public void They_run_in_evaluation_mode_without_a_graph_and_stay_as_they_are()
    {
        using var scope = NewDisposeScope();
        using var teachers = Taught.Teachers();
        teachers.Encoder(1).eval();
        var before = Taught.Bits(teachers);
        var modes = teachers.modules().Select(part => part.training).ToArray();
        var online = new OnlineTeachers(teachers, Toy.Task);
        var batch = Toy.Batch();

        var first = online.For(batch);
        var second = online.For(batch);

        Taught.Rows(second.Logits[0]).Should().BeEquivalentTo(Taught.Rows(first.Logits[0]), "no unit is dropped");
        first.Representations.Concat(first.Logits).Should().OnlyContain(output => !output.requires_grad);
        Taught.Bits(teachers).Should().BeEquivalentTo(before);
        teachers.modules().Select(part => part.training).Should().Equal(modes).And.Contain(true).And.Contain(false);
    }

    [Fact]
    public void Confidence_is_the_mean_probability_of_the_true_class()
    {
        using var scope = NewDisposeScope();
        using var teachers = Taught.Teachers();
        var batch = Toy.Batch();

        var outputs = new OnlineTeachers(teachers, Toy.Task).For(batch);

        var labels = batch.Targets.data<long>().ToArray();
        for (int m = 0; m < 2; m++)
        {
            var exponentials = outputs.Logits[m].to(ScalarType.Float64).exp();
            var sums = exponentials.sum(1).data<double>().ToArray();
            var own = labels.Select((label, i) => exponentials[i, label].item<double>() / sums[i]);

            // The teacher's softmax is taken in float32.
            outputs.Confidences[m].Should().BeApproximately(own.Average(), 1e-6);
        }

        outputs.OverallConfidences.Should().BeNull();
    }

    [Fact]
    public void What_a_sample_lacks_is_not_seen()
    {
        using var scope = NewDisposeScope();
        using var teachers = Taught.Teachers();
        var whole = Toy.Batch(size: 4);
        var present = new PresenceMask(new[,] { { true, true }, { true, false }, { true, true }, { true, false } });
        var poisoned = whole.Inputs[1].Tensors[0].clone();
        poisoned[1] = float.NaN;
        poisoned[3] = float.NaN;
        var online = new OnlineTeachers(teachers, Toy.Task);

        var outputs = online.For(new MultimodalBatch([whole.Inputs[0], poisoned], whole.Targets, present));

        var complete = online.For(whole);
        var rows = tensor(new long[] { 0, 2 });
        foreach (var (masked, full) in new[]
        {
            (outputs.Representations[1], complete.Representations[1]), (outputs.Logits[1], complete.Logits[1]),
        })
        {
            // Two rows instead of four may be summed in another order.
            masked.index_select(0, rows).allclose(full.index_select(0, rows), 1e-6, 1e-6).Should().BeTrue();
            masked.index_select(0, rows + 1).eq(0).all().item<bool>().Should().BeTrue();
        }

        var own = Toy.Task.ConfidencePerSample(complete.Logits[1], whole.Targets).index_select(0, rows);
        outputs.Confidences[1].Should().BeApproximately(own.mean().item<float>(), 1e-6);
        present.Values.sum().item<long>().Should().Be(6, "the mask's own tensor is still alive");
    }

    [Fact]
    public void A_modality_that_no_sample_has_gives_zeros_and_no_confidence()
    {
        using var scope = NewDisposeScope();
        using var teachers = Taught.Teachers();
        var whole = Toy.Batch(size: 2);
        var present = new PresenceMask(new[,] { { true, false }, { true, false } });

        var outputs = new OnlineTeachers(teachers, Toy.Task)
            .For(new MultimodalBatch(whole.Inputs, whole.Targets, present));

        outputs.Representations[1].shape.Should().Equal(2, Toy.Width);
        outputs.Logits[1].eq(0).all().item<bool>().Should().BeTrue();
        outputs.Confidences[1].Should().Be(double.NaN);
        outputs.Confidences[0].Should().BeInRange(0, 1);
    }

    [Fact]
    public void A_thousand_batches_leak_no_tensor()
    {
        using var scope = NewDisposeScope();
        using var teachers = Taught.Teachers();
        var online = new OnlineTeachers(teachers, Toy.Task);
        var batch = Toy.Batch();
        var outputs = new List<long>();
        for (int i = 0; i < 1000; i++)
        {
            using var step = NewDisposeScope();
            online.For(batch);
            outputs.Add(step.DisposablesCount);
        }

        outputs.Should().OnlyContain(count => count == 4, "a batch leaves two representations and two predictions");
    }

    [Fact]
    public void Models_that_cannot_teach_and_batches_that_do_not_fit_are_refused()
    {
        using var headless = Toy.Model(fusion: "concat", heads: false);
        using var teachers = Taught.Teachers();

        ((Action)(() => _ = new OnlineTeachers(headless, Toy.Task)))
            .Should().Throw<ArgumentException>().WithMessage("*unimodal heads*");
        new OnlineTeachers(teachers, new ClassificationTask(3)).Invoking(online => online.For(Toy.Batch(modalities: 3)))
            .Should().Throw<ArgumentException>().WithMessage("*2 modalities*(m0, m1)*holds 3*");
    }

    [Fact]
    public void A_ranking_over_the_training_set_is_refused_before_training()
    {
        using var teachers = Taught.Teachers();
        using var model = Toy.Model();
        var strategy = new G2D(new G2DOptions { Ranking = G2DRanking.PerSet });

        TrainingValidator.Findings(model, Toy.Task, strategy, new OnlineTeachers(teachers, Toy.Task), epochs: 1)
            .Should().ContainSingle().Which.Should().Contain("TeacherCache");
    }
}
