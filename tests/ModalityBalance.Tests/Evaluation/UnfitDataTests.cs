using ModalityBalance.Data;
using ModalityBalance.Diagnosis;
using ModalityBalance.Evaluation;
using ModalityBalance.Tests.Support;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Evaluation;

/// <summary>Data, models and representations that do not fit each other.</summary>
public class UnfitDataTests
{
    [Theory]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    public void Data_of_other_modalities_are_refused(int modalities, int given)
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(modalities);
        var data = Toy.Data(given).InOrder(32);

        foreach (var measure in new Action[]
        {
            () => Evaluator.Evaluate(model, Toy.Task, data, CPU),
            () => Evaluator.Represent(model, data, CPU),
            () => MissingModalities.OfSubsets(model, Toy.Task, data, CPU),
            () => GradientConflicts.Measure(model, Toy.Task, data, CPU),
        })
        {
            measure.Should().Throw<ArgumentException>()
                .WithMessage($"batch must hold the {modalities} modalities of the model (m0, m1*), but holds {given}.");
        }
    }

    [Fact]
    public void A_modality_that_no_sample_has_cannot_be_probed_but_leaves_the_report_whole()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(3);
        var whole = Toy.Batch(3, size: 12);
        var present = new bool[12, 3];
        for (int i = 0; i < 12; i++)
        {
            (present[i, 0], present[i, 1]) = (true, true);
        }

        var lacking = new MultimodalDataset(whole.Inputs, whole.Targets, Toy.Task, new PresenceMask(present)).InOrder(6);

        ((Action)(() => ModalityProbes.Accuracies(model, Toy.Task, Toy.Data(3).InOrder(32), lacking, CPU)))
            .Should().Throw<ArgumentException>().WithMessage("test must hold a sample of 'm2', but holds none*");
        ((Action)(() => ModalityProbes.Accuracies(model, Toy.Task, Toy.Data(3).InOrder(32), null!, CPU)))
            .Should().Throw<ArgumentNullException>().WithParameterName("test");
        var report = BalanceReport.Of(model, Toy.Task, lacking, CPU).Modalities;
        report[0].DiscrepancyRatio.Should().BeApproximately(report[0].Confidence!.Value / report[1].Confidence!.Value, 1e-15);
        report[2].DiscrepancyRatio.Should().Be(double.NaN);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Representations_that_are_not_finite_are_refused_by_a_probe(float value)
    {
        using var scope = NewDisposeScope();
        var labels = arange(6, dtype: ScalarType.Int64).remainder(3);
        var (good, bad) = (rand(6, 4), rand(6, 4));
        bad[3, 1] = value;

        ((Action)(() => LinearProbe.Fit(bad, labels, 3))).Should().Throw<ArgumentException>()
            .WithMessage("representations must be finite*[6, 4]*");
        LinearProbe.Fit(good, labels, 3).Invoking(probe => probe.Accuracy(bad, labels))
            .Should().Throw<ArgumentException>().WithMessage("representations must be finite*");
    }

    [Fact]
    public void Labels_that_are_not_the_tasks_are_refused_by_a_probe()
    {
        using var scope = NewDisposeScope();
        var labels = arange(6, dtype: ScalarType.Int64).remainder(3);

        ((Action)(() => LinearProbe.Fit(rand(6, 4), labels, 2)))
            .Should().Throw<ArgumentException>().WithMessage("targets must lie in [0, 1] for 2 classes, but targets[2] is 2*");
        ((Action)(() => LinearProbe.Fit(rand(6, 4), labels.to(ScalarType.Int32), 3)))
            .Should().Throw<ArgumentException>().WithMessage("targets must be int64*");
    }

    [Fact]
    public void A_held_out_set_without_a_modality_is_named_by_the_diagnosis()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var whole = Toy.Batch(size: 6);
        var present = new bool[6, 2];
        for (int i = 0; i < 6; i++)
        {
            present[i, 0] = true;
        }

        var options = new DiagnosisOptions
        {
            Train = Toy.Data().InOrder(32),
            HeldOut = new MultimodalDataset(whole.Inputs, whole.Targets, Toy.Task, new PresenceMask(present)).InOrder(6),
        };

        ((Action)(() => BalanceDiagnosis.Of(model, model, new BalanceMeasurements([], [], [0.5, 0.5]), Toy.Task, options)))
            .Should().Throw<ArgumentException>().WithMessage("HeldOut must hold a sample of 'm1'*");
    }
}
