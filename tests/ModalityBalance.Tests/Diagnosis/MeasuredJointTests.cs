using ModalityBalance.Data;
using ModalityBalance.Diagnosis;
using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Solvers;
using ModalityBalance.Strategies;
using ModalityBalance.Teachers;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Diagnosis;

public class MeasuredJointTests
{
    public static TheoryData<int, string> Networks => new()
    {
        { 2, "late" }, { 3, "late" }, { 2, "concat" }, { 2, "film" },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Encoders_and_fusion_learn_bit_for_bit_as_by_joint_training(int modalities, string fusion)
    {
        using var scope = NewDisposeScope();
        var joint = Trained(new JointTraining(), modalities, fusion);
        using var measured = new MeasuredJoint(every: 2);

        var state = Trained(measured, modalities, fusion);

        var keys = joint.Keys.Where(key => !key.StartsWith("head_", StringComparison.Ordinal)).ToArray();
        keys.Should().Contain(key => key.StartsWith("fusion", StringComparison.Ordinal));
        keys.Should().OnlyContain(key => state[key] == joint[key]);
    }

    [Fact]
    public void Heads_outside_the_fusion_learn()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(2, "concat");
        using var measured = new MeasuredJoint();
        var data = Toy.Data();
        Fit(model, measured, data, epochs: 20);

        // Heads that nothing trains are right in a third of the cases.
        Evaluator.Evaluate(model, Toy.Task, data.InOrder(32), CPU).Unimodal!
            .Should().OnlyContain(scores => scores.Primary > 0.6);
    }

    [Fact]
    public void Every_nth_step_is_measured()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        using var measured = new MeasuredJoint(every: 4);
        Fit(model, measured, Toy.Data(), epochs: 3); // 18 steps: 0, 4, 8, 12 and 16

        var seen = measured.Read();

        seen.Conflicts.Should().HaveCount(5).And.OnlyContain(step => step.Count == 2);
        seen.Distillation.Should().HaveCount(5).And.OnlyContain(step => step.All(pair => pair != null));
        seen.TeacherConfidences.Should().Equal(0.3, 0.4);
    }

    [Fact]
    public void What_it_sees_is_what_the_strategies_report()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(2, "concat");
        using var measured = new MeasuredJoint();
        using var i2mcl = new I2MCL(new I2MCLOptions { DistillationScale = 0.25 });
        measured.ComputeGradients(Step());
        var conflicts = new MMPareto().ComputeGradients(Step());
        var alphas = i2mcl.ComputeGradients(Step())["alpha"];

        var seen = measured.Read();

        for (int m = 0; m < 2; m++)
        {
            seen.Conflicts[0][m]!.Value.Cosine.Should().BeApproximately(conflicts["cosine"][m], 1e-12);
            seen.Conflicts[0][m]!.Value.SecondNorm.Should().BeApproximately(conflicts["unimodal_norm"][m], 1e-12);
            var pair = seen.Distillation[0][m]!.Value;

            // Float32 gradients are scaled before their products there, and after here.
            MinNorm.WeightOnFirst(pair.FirstSquared / 16, pair.Dot / 4, pair.SecondSquared)
                .Should().BeApproximately(alphas[m], 1e-5);
        }

        TrainingStep Step()
        {
            var batch = Toy.Batch();
            return new TrainingStep(model, Toy.Task, batch, teachers: new ToyTeachers(2).For(batch));
        }
    }

    [Fact]
    public void Without_heads_or_fitting_teachers_there_is_nothing_to_compare()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(2, "concat", heads: false);
        using var measured = new MeasuredJoint();
        var batch = Toy.Batch();
        var teachers = new TeacherOutputs(
            [zeros(8, 2), zeros(8, Toy.Width)], [zeros(8, 3), zeros(8, 3)], [0.2, 0.6]);

        measured.ComputeGradients(new TrainingStep(model, Toy.Task, batch, teachers: teachers));

        var seen = measured.Read();
        seen.Conflicts[0].Should().HaveCount(2).And.OnlyContain(pair => pair == null);
        seen.Distillation[0].Select(pair => pair is null).Should().Equal(true, false);
        seen.TeacherConfidences.Should().Equal([0.2, 0.6], "those of the batches stand in for the overall ones");
    }

    [Fact]
    public void A_modality_that_no_sample_has_is_not_measured()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        using var measured = new MeasuredJoint();
        var whole = Toy.Batch(size: 2);
        var batch = new MultimodalBatch(
            whole.Inputs, whole.Targets, new PresenceMask(new[,] { { true, false }, { true, false } }));

        measured.ComputeGradients(
            new TrainingStep(model, Toy.Task, batch, teachers: new ToyTeachers(2).For(batch)));

        var seen = measured.Read();
        seen.Conflicts[0].Select(pair => pair is null).Should().Equal(false, true);
        seen.Distillation[0].Select(pair => pair is null).Should().Equal(false, true);
    }

    [Fact]
    public void Nothing_is_leaked_and_nothing_can_be_read_before_a_step()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var data = Toy.Data();
        Fit(model, new JointTraining(), data, epochs: 1);
        long before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        using (var measured = new MeasuredJoint())
        {
            measured.Invoking(m => m.Read()).Should().Throw<InvalidOperationException>();
            Fit(model, measured, data, epochs: 1);
            measured.Read();
        }

        TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
    }

    private static Dictionary<string, string> Trained(IGradientStrategy strategy, int modalities, string fusion)
    {
        using var model = Toy.Model(modalities, fusion);
        Fit(model, strategy, Toy.Data(modalities), epochs: 3);
        return Toy.State(model);
    }

    private static void Fit(MultimodalModel model, IGradientStrategy strategy, MultimodalDataset data, int epochs) =>
        new Trainer(model, Toy.Task, strategy, Toy.Options(epochs) with
        {
            Teachers = new ToyTeachers(model.Modalities.Count),
        }).Fit(data.Shuffled(16, 3));
}
