using ModalityBalance.Diagnosis;
using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Tasks;

namespace ModalityBalance.Tests.Diagnosis;

/// <summary>The rules, on numbers.</summary>
public class BalanceDiagnosisTests
{
    private static readonly GradientPair Free = new(1, 0, 1);
    private static readonly GradientPair FreeToo = new(1, 0, 2);
    private static readonly GradientPair Clamped = new(100, 10, 1);

    [Fact]
    public void What_the_teacher_knows_beyond_a_constant_is_what_can_be_lost()
    {
        var modality = Modality(teacher: 0.9, joint: 0.7, constant: 0.1, samples: 1000);

        modality.LostShare.Should().BeApproximately(0.25, 1e-12);
        modality.IsStarved.Should().BeTrue();
        Modality(teacher: 0.1, joint: 0.3, constant: 0.1).LostShare.Should().Be(0, "the teacher knows nothing");
        Modality(teacher: 0.5, joint: 0.6, constant: 0.1).LostShare.Should().BeNegative();
    }

    [Theory]
    [InlineData(0.869, false)] // 3.9 % lost
    [InlineData(0.85, true)] // 6.3 % lost
    public void A_modality_starves_from_the_threshold_on(double joint, bool starved) =>
        Modality(teacher: 0.9, joint, constant: 0.1, samples: 10_000).IsStarved.Should().Be(starved);

    [Fact]
    public void A_difference_of_accuracies_within_their_noise_is_none()
    {
        // 1 / sqrt(100) is 0.1.
        Modality(teacher: 0.9, joint: 0.81, constant: 0.1, samples: 100).IsStarved.Should().BeFalse();
        Modality(teacher: 0.9, joint: 0.79, constant: 0.1, samples: 100).IsStarved.Should().BeTrue();
    }

    [Theory]
    [InlineData(0.81, ", within what chance explains on 100 samples.")]
    [InlineData(0.78, "15.0 % is lost.")]
    [InlineData(0.94, "Nothing of what the teacher knows is lost.")]
    public void Where_chance_explains_a_loss_the_text_says_so(double joint, string end)
    {
        var modality = Modality(teacher: 0.9, joint, constant: 0.1, samples: 100);
        Diagnose([modality, Healthy(0.6)]).Findings[0].Text.Should().EndWith(end);
    }

    [Fact]
    public void A_regression_starves_by_its_errors()
    {
        var lost = ModalityDiagnosis.Of(
            "m", (Errors(0.1), Errors(0.3), Errors(0.9)), starvedFrom: 0.05, confidence: 0.5, gradients: null);

        lost.LostShare.Should().BeApproximately(0.25, 1e-12);
        lost.IsStarved.Should().BeTrue();

        static RegressionScores Errors(double mean) => new(10, mean, double.NaN, double.NaN);
    }

    [Fact]
    public void Nothing_starved_means_joint_training()
    {
        var diagnosis = Diagnose([Healthy(0.9), Healthy(0.6)]);

        diagnosis.Starved.Should().BeNull();
        Order(diagnosis).Should().Equal("Joint", "Uniform");
        diagnosis.Findings.Should().NotContain(finding => finding.IsWarning);
    }

    [Fact]
    public void A_starved_modality_that_G2D_would_prioritize_means_G2D()
    {
        var diagnosis = Diagnose([Healthy(0.9), Starved(0.6)]);

        (diagnosis.Starved, diagnosis.PrioritizedByG2D).Should().Be((1, 1));
        Order(diagnosis).Should().Equal("StarvedFirst", "G2D", "Uniform", "MMPareto", "I2MCL");
        diagnosis.StarvationOrder.Should().Equal(1, 0);
        diagnosis.Advice[0].Reason.Should().Be("With Order = [1, 0], m0, the starved modality, learns first.");
        Of(diagnosis, FindingKind.Prioritization).IsWarning.Should().BeFalse();
    }

    [Fact]
    public void A_starved_modality_that_G2D_would_hold_back_means_own_losses_and_a_warning()
    {
        var diagnosis = Diagnose([Starved(0.9), Healthy(0.6)]);

        (diagnosis.Starved, diagnosis.PrioritizedByG2D).Should().Be((0, 1));
        Order(diagnosis).Should().Equal("StarvedFirst", "Uniform", "MMPareto", "I2MCL", "G2D");
        diagnosis.StarvationOrder.Should().Equal(0, 1);
        Of(diagnosis, FindingKind.Prioritization).IsWarning.Should().BeTrue();
        Of(diagnosis, FindingKind.Prioritization).Text.Should().Contain("m0 is the one that starves");
    }

    [Fact]
    public void Of_several_the_one_that_lost_most_counts()
    {
        Diagnose([Starved(0.5, joint: 0.7), Starved(0.6, joint: 0.5), Starved(0.7, joint: 0.6)])
            .Starved.Should().Be(1);
    }

    [Theory]
    [InlineData(0.0, "Uniform")]
    [InlineData(0.04, "Uniform")]
    [InlineData(0.2, "MMPareto")]
    public void Conflicts_decide_between_the_two_forms_of_own_losses(double share, string first)
    {
        var diagnosis = Diagnose([Starved(0.9, conflicts: share), Healthy(0.6)]);

        Order(diagnosis)[1].Should().Be(first);
        diagnosis.Findings.First(finding => finding.Kind == FindingKind.Conflict).Text.Contains("equals Uniform")
            .Should().Be(share == 0);
    }

    [Fact]
    public void What_was_not_measured_is_not_reported_and_what_no_scale_cures_is_said()
    {
        var parallel = new GradientPair(9, 3, 1);
        var measured = new BalanceMeasurements([], [[parallel, parallel]], [0.9, 0.6]);

        var advice = BalanceDiagnosis.Of([Bare("m0", 0.5, 0.9), Bare("m1", 0.9, 0.6)], measured, 0.05).Advice;

        advice.Select(entry => entry.Strategy).Should().Equal("StarvedFirst", "Uniform", "MMPareto", "I2MCL", "G2D");
        advice[2].Reason.Should().Contain("is unknown").And.NotContain("%");
        advice[3].Reason.Should().StartWith("No DistillationScale");

        static ModalityDiagnosis Bare(string name, double joint, double confidence) => ModalityDiagnosis.Of(
            name, (Accuracy(0.9), Accuracy(joint), Accuracy(0.1)), starvedFrom: 0.05, confidence, gradients: null);

        static ClassificationScores Accuracy(double accuracy) => new(1000, accuracy, accuracy);
    }

    [Fact]
    public void Alphas_are_judged_in_the_trial_and_along_the_joint_run_without_one()
    {
        var measured = new BalanceMeasurements([], [[Free, FreeToo]], [0.9, 0.6]);
        var alone = BalanceDiagnosis.Of([Healthy(0.9), Healthy(0.6)], measured, 0.05);
        var tried = BalanceDiagnosis.Of(
            [Healthy(0.9), Healthy(0.6)], measured with { Trial = [[Clamped, Clamped]] }, 0.05);

        (alone.AlphaIsOfTrial, alone.Alpha!.Inside).Should().Be((false, 1));
        (tried.AlphaIsOfTrial, tried.Alpha!.Tied).Should().Be((true, 1));
        Of(alone, FindingKind.Alpha).IsWarning.Should().BeFalse();
        Of(tried, FindingKind.Alpha).IsWarning.Should().BeTrue("ties decide");
    }

    [Fact]
    public void Teachers_that_do_not_fit_leave_out_what_needs_their_features()
    {
        var diagnosis = BalanceDiagnosis.Of(
            [Healthy(0.9), Starved(0.6)], new BalanceMeasurements([], [[null, null]], [0.9, 0.6]), 0.05);

        Order(diagnosis).Should().Equal("StarvedFirst", "G2D", "Uniform", "MMPareto");
        diagnosis.Advice[0].Reason.Should().Contain("set Distillation to None");
        diagnosis.Advice[1].Reason.Should().Contain("FeatureWeight");
        diagnosis.Findings.Should().NotContain(finding => finding.Kind == FindingKind.Alpha);
    }

    [Fact]
    public void Without_heads_own_losses_ask_for_them()
    {
        var diagnosis = Diagnose([Starved(0.9) with { Gradients = null }, Healthy(0.6) with { Gradients = null }]);

        diagnosis.Advice[0].Reason.Should().Contain("unimodal heads");
        diagnosis.Findings.Should().NotContain(finding => finding.Kind == FindingKind.Conflict);
    }

    private static BalanceDiagnosis Diagnose(IReadOnlyList<ModalityDiagnosis> modalities) => BalanceDiagnosis.Of(
        modalities,
        new BalanceMeasurements([], [[.. modalities.Select((_, m) => (GradientPair?)(m == 0 ? Free : FreeToo))]], []),
        conflictsFrom: 0.05);

    private static ModalityDiagnosis Healthy(double confidence) => Modality(0.9, 0.9, 0.1, 1000, confidence);

    private static ModalityDiagnosis Starved(double confidence, double joint = 0.6, double conflicts = 0) =>
        Modality(0.9, joint, 0.1, 1000, confidence) with
        {
            Name = "m0",
            Gradients = new ConflictSummary(50, 0.5, conflicts, 1, 1),
        };

    private static ModalityDiagnosis Modality(
        double teacher, double joint, double constant, long samples = 1000, double confidence = 0.5) =>
        ModalityDiagnosis.Of(
            "m",
            (Accuracy(samples, teacher), Accuracy(samples, joint), Accuracy(samples, constant)),
            starvedFrom: 0.05,
            confidence,
            new ConflictSummary(50, 0.5, 0, 1, 1));

    private static ClassificationScores Accuracy(long samples, double accuracy) => new(samples, accuracy, accuracy);

    private static string[] Order(BalanceDiagnosis diagnosis) =>
        [.. diagnosis.Advice.Select(advice => advice.Strategy)];

    private static Finding Of(BalanceDiagnosis diagnosis, FindingKind kind) =>
        diagnosis.Findings.Single(finding => finding.Kind == kind);
}
