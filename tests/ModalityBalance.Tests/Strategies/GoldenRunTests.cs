using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Tests.Golden;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

/// <summary>Short runs of SGD with momentum and weight decay: what every step reports, and where they end.</summary>
[Trait("Category", "Golden")]
public class GoldenRunTests
{
    private const int Epochs = 4;

    private static readonly RunFile File = GoldenFiles.Read<RunFile>("training_run.json");

    public static TheoryData<int> Cases => new(Enumerable.Range(0, File.Cases.Count));

    [Theory]
    [MemberData(nameof(Cases))]
    public void I2MCL_takes_the_steps_of_the_equations(int index)
    {
        using var strategy = new I2MCL();
        Run(index, File.Cases[index].Runs.I2mcl, strategy, (report, expected) =>
        {
            report["threshold"].ShouldMatch(expected.Thresholds!);
            report["alpha"].ShouldMatch(expected.Alpha!);
            report["selected"][0].Should().Be(expected.Selected);
        });
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void MMPareto_takes_the_steps_of_the_equations(int index) =>
        Run(index, File.Cases[index].Runs.Mmpareto, new MMPareto(), (report, expected) =>
            report["cosine"].ShouldMatch(expected.Cosines!));

    [Theory]
    [MemberData(nameof(Cases))]
    public void G2D_takes_the_steps_of_the_equations(int index)
    {
        int modalities = File.Cases[index].Start.W.Length;
        var options = new G2DOptions { PhaseEpochs = Enumerable.Repeat(1, modalities - 1).ToArray() };
        Run(index, File.Cases[index].Runs.G2d, new G2D(options), (report, expected) =>
        {
            report["confidence"].ShouldMatch(expected.Scores!);
            report["prioritized"][0].Should().Be(expected.Prioritized ?? -1);
        });
    }

    private static void Run(
        int index, GoldenRun golden, IGradientStrategy strategy, Action<StepReport, GoldenStep> compare)
    {
        using var scope = NewDisposeScope();
        var (fusion, start, batches, _) = File.Cases[index];
        using var model = start.Network(fusion);
        var task = new ClassificationTask(start.B.Length);
        using var optimizer = optim.SGD(model.parameters(), 0.05, momentum: 0.9, weight_decay: 1e-3);
        for (int i = 0; i < Epochs * batches.Count; i++)
        {
            var batch = batches[i % batches.Count];
            var step = new TrainingStep(
                model, task, batch.ToBatch(), i / batches.Count, i, batch.Teachers(task));
            var report = strategy.ComputeGradients(step);
            report.TaskLoss.ShouldMatch(golden.Steps[i].Loss);
            compare(report, golden.Steps[i]);
            optimizer.step();
        }

        golden.Steps.Should().HaveCount(Epochs * batches.Count);
        foreach (var (name, parameter) in model.named_parameters())
        {
            parameter.flatten().data<double>().ToArray()
                .ShouldMatch(golden.Final.Of(name).flatten().data<double>().ToArray());
        }
    }

    private sealed record RunFile(IReadOnlyList<RunCase> Cases);

    private sealed record RunCase(
        string Fusion, GoldenParameters Start, IReadOnlyList<GoldenBatch> Batches, GoldenRuns Runs);

    private sealed record GoldenRuns(GoldenRun I2mcl, GoldenRun Mmpareto, GoldenRun G2d);

    private sealed record GoldenRun(IReadOnlyList<GoldenStep> Steps, GoldenParameters Final);

    private sealed record GoldenStep(
        double Loss,
        double[]? Thresholds = null,
        double[]? Alpha = null,
        int Selected = -1,
        double[]? Cosines = null,
        double[]? Scores = null,
        [property: System.Text.Json.Serialization.JsonPropertyName("prioritised")] int? Prioritized = null);
}
