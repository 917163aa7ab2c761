using ModalityBalance.Data;
using ModalityBalance.Diagnosis;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Diagnosis;

/// <summary>A diagnosis from teachers and a run to the end.</summary>
public class DiagnosedRunTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void An_encoder_that_cannot_learn_starves(int modalities)
    {
        using var scope = NewDisposeScope();
        using var teachers = Taught.Teachers(modalities: modalities);
        using var model = Toy.Model(modalities);
        var train = Toy.Data(modalities, samples: 600);
        Fit(teachers, new UnimodalTraining(), train, teachers);
        foreach (var parameter in model.Encoder(1).parameters())
        {
            using var noGrad = no_grad();
            parameter.fill_(0);
            parameter.requires_grad = false;
        }

        using var monitor = new BalanceMonitor(every: 5);
        Fit(model, new JointTraining(trainHeads: true), train, teachers, monitor);
        var diagnosis = BalanceDiagnosis.Of(model, teachers, monitor, Toy.Task, Options(modalities, train));

        diagnosis.Starved.Should().Be(1);
        diagnosis.Modalities[1].LostShare.Should().Be(1, "a constant is all that zeros can tell");
        diagnosis.Modalities[1].JointProbe.Should().Be(diagnosis.Modalities[1].Constant);
        diagnosis.Modalities[0].IsStarved.Should().BeFalse();
        diagnosis.Modalities.Select(modality => modality.Gradients is null).Should().StartWith([false, true]);
        diagnosis.Findings.Count(finding => finding.Kind == FindingKind.Starvation).Should().Be(modalities);
    }

    [Fact]
    public void A_monitored_run_of_I2MCL_sees_its_alphas()
    {
        using var scope = NewDisposeScope();
        using var teachers = Taught.Teachers();
        var train = Toy.Data();
        using var trial = new BalanceMonitor(every: 1);
        using var plain = new I2MCL();
        using var model = Toy.Model();
        var seen = new Alphas();

        Fit(model, plain, train, teachers, trial, seen);

        var shares = AlphaShares.Of(trial.Read().Distillation, scale: 1)!;
        shares.AtZero.Should().Be(seen.Values.Average(alpha => alpha == 0 ? 1.0 : 0.0));
        shares.AtOne.Should().Be(seen.Values.Average(alpha => alpha == 1 ? 1.0 : 0.0));
    }

    [Fact]
    public void A_diagnosis_leaves_model_and_memory_as_they_were()
    {
        using var scope = NewDisposeScope();
        using var teachers = Taught.Teachers();
        using var model = Toy.Model(2, "concat");
        var train = Toy.Data();
        using var monitor = new BalanceMonitor();
        Fit(model, new JointTraining(trainHeads: true), train, teachers, monitor);
        var (before, teachersBefore) = (Toy.State(model), Toy.State(teachers));
        var options = Options(2, train);
        long tensors = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        BalanceDiagnosis.Of(model, teachers, monitor, Toy.Task, options);

        Toy.State(model).Should().BeEquivalentTo(before);
        Toy.State(teachers).Should().BeEquivalentTo(teachersBefore);
        TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(tensors);
    }

    [Fact]
    public void Several_labels_and_missing_modalities_are_diagnosed_too()
    {
        using var scope = NewDisposeScope();
        using var teachers = Taught.Teachers();
        using var model = Toy.Model();
        var whole = Toy.Batch(size: 60);
        var labels = nn.functional.one_hot(whole.Targets, Toy.Classes).to(ScalarType.Float32);
        var present = new bool[60, 2];
        for (int i = 0; i < 60; i++)
        {
            (present[i, 0], present[i, 1]) = (i % 5 != 0, i % 5 != 1);
        }

        var task = new MultiLabelTask(Toy.Classes);
        var data = new MultimodalDataset(whole.Inputs, labels, task, new PresenceMask(present));
        using var monitor = new BalanceMonitor(every: 1);
        new Trainer(model, task, new JointTraining(), Toy.Options(2) with
        {
            Teachers = new OnlineTeachers(teachers, task),
            Callbacks = [monitor],
        })
            .Fit(data.Shuffled(20, 1));
        var options = new DiagnosisOptions { Train = data.InOrder(20), HeldOut = data.InOrder(20) };

        var diagnosis = BalanceDiagnosis.Of(model, teachers, monitor, task, options);

        diagnosis.Modalities.Select(modality => modality.JointProbe.Samples).Should().Equal(48, 48);
        diagnosis.Modalities.Should().OnlyContain(modality => double.IsFinite(modality.LostShare));
        diagnosis.Alpha.Should().NotBeNull();
    }

    [Fact]
    public void What_does_not_belong_together_is_named()
    {
        using var scope = NewDisposeScope();
        using var teachers = Taught.Teachers(modalities: 3);
        using var model = Toy.Model();
        var train = Toy.Data();
        var measurements = new BalanceMeasurements([], [], [0.5, 0.5]);

        ((Action)(() => BalanceDiagnosis.Of(model, teachers, measurements, Toy.Task, Options(2, train))))
            .Should().Throw<ArgumentException>().WithMessage("*m0, m1*m0, m1, m2*");
        var unfit = Options(2, train) with { StarvationThreshold = 0 };
        ((Action)(() => BalanceDiagnosis.Of(model, model, measurements, Toy.Task, unfit)))
            .Should().Throw<ArgumentException>().WithMessage("StarvationThreshold must lie in (0, 1], but is 0*");
    }

    private static DiagnosisOptions Options(int modalities, MultimodalDataset train) => new()
    {
        Train = train.InOrder(32),
        HeldOut = Toy.Data(modalities, samples: 300, seed: 9).InOrder(32),
    };

    private static void Fit(
        IMultimodalModel model,
        IGradientStrategy strategy,
        MultimodalDataset data,
        IMultimodalModel teachers,
        params TrainingCallback[] callbacks) =>
        new Trainer(model, Toy.Task, strategy, Toy.Options(10) with
        {
            Teachers = new OnlineTeachers(teachers, Toy.Task),
            Callbacks = callbacks,
            Seed = 5,
        }).Fit(data.Shuffled(32, 3));

    private sealed class Alphas : TrainingCallback
    {
        public List<double> Values { get; } = [];

        public override void OnStep(TrainingStep step, StepReport report) => Values.AddRange(report["alpha"]);
    }
}
