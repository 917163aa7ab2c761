using ModalityBalance.Diagnosis;
using ModalityBalance.Evaluation;
using ModalityBalance.Tasks;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests;

/// <summary>What results print of themselves.</summary>
public class ResultTextTests
{
    private static readonly ClassificationScores Scores = new(8, 0.75, 0.5) { Loss = 0.25 };

    [Fact]
    public void Results_hold_their_numbers_in_a_line()
    {
        new StarvationEstimate([0.9, 0.8], [0.85, 0.4]).ToString()
            .Should().Be("most starved first: modality 1 (lag 0.400), modality 0 (lag 0.050)");
        new StrategyAdvice("Uniform", "It is cheap.").ToString().Should().Be("Uniform: It is cheap.");
        new SubsetScores([0, 2], Scores, 1).ToString().Should().Be($"[0, 2]: {Scores}");
        new MissingRateScores(0.3, 0.25, Scores).ToString().Should().Be($"0.3 missing: {Scores}");
        new GradientStatistics([1, 2], [3, 5], [0.5, 1], 2, 3).ToString()
            .Should().Be("2 batches: mean cosine 0.750, mean length 1.500 (fused) and 4.000 (own), ratio of covariances 1.500");
        new TeacherTrainingResult([], [4, 2]).ToString().Should().Be("0 epochs; best epoch of each modality: 4, 2");
        new TeacherTrainingResult([], [null, null]).ToString().Should().Be("0 epochs");
        new BalanceDiagnosis(
            [], Starved: null, 0, Alpha: null, SuggestedAlpha: null, AlphaIsOfTrial: false,
            [new Finding(FindingKind.Starvation, false, "Nothing starves.", "")], [new("Joint", "It is enough."), new("Uniform", "")])
            .ToString().Should().Be($"Nothing starves.{Environment.NewLine}To try first: Joint: It is enough.");
        new LandscapePoint([0.25, -1], new EvaluationResult(Scores, null)).ToString().Should().Be($"[0.25, -1]: fused: {Scores}");
    }

    [Fact]
    public void A_training_names_its_best_epoch_and_its_warnings()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();

        var result = new Trainer(model, Toy.Task, new ModalityBalance.Strategies.G2D(), Toy.Options(2) with { Teachers = new ToyTeachers(2) })
            .Fit(Toy.Data().InOrder(16), Toy.Data(seed: 8).InOrder(32));

        string[] lines = result.ToString().Split(Environment.NewLine);
        lines[0].Should().Match(
            $"2 epochs, loss ?.??? in the last; best epoch {result.BestEpoch}, {result.Epochs[result.BestEpoch!.Value].Validation}");
        lines[1..].Should().Equal(result.Warnings).And.NotBeEmpty();
        (result with { BestEpoch = null, StopReason = "Enough.", Warnings = [] }).ToString()
            .Should().Match("2 epochs, loss ?.??? in the last; Enough.");
    }
}
