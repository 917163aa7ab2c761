using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Tests.Golden;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

/// <summary>Every parameter's gradient, for every strategy and phase, against values computed from the papers'
/// equations elsewhere.</summary>
[Trait("Category", "Golden")]
public class GoldenStepTests
{
    private static readonly StepFile File = GoldenFiles.Read<StepFile>("training_step.json");

    public static TheoryData<int, string> Gradients
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (var (i, step) in File.Cases.Index())
            {
                foreach (string strategy in step.Gradients.Keys)
                {
                    data.Add(i, strategy);
                }
            }

            return data;
        }
    }

    public static TheoryData<int> Cases => new(Enumerable.Range(0, File.Cases.Count));

    [Theory]
    [MemberData(nameof(Gradients))]
    public void Gradients_are_those_of_the_equations(int index, string strategy)
    {
        using var scope = NewDisposeScope();
        var expected = File.Cases[index].Gradients[strategy];

        var (model, _) = Run(index, Strategy(strategy, File.Cases[index].Inputs.Length), Epoch(strategy));

        foreach (var (name, parameter) in model.named_parameters())
        {
            var golden = expected.Of(name).flatten().data<double>().ToArray();
            var gradient = (parameter.grad ?? zeros_like(parameter)).flatten().data<double>().ToArray();
            gradient.ShouldMatch(golden);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void I2MCL_reports_the_quantities_of_the_equations(int index)
    {
        using var scope = NewDisposeScope();
        var expected = File.Cases[index].Quantities;
        using var strategy = new I2MCL();
        using var exact = new I2MCL(new I2MCLOptions { Alpha = I2MCLAlpha.AtParameters });

        var report = Run(index, strategy, epoch: 0).Report;
        var exactReport = Run(index, exact, epoch: 0).Report;

        report.TaskLoss.ShouldMatch(expected.JointLoss);
        report["distillation_loss"].ShouldMatch(expected.DistillationLosses);
        report["alpha"].ShouldMatch(expected.Alpha);
        report["selected"][0].Should().Be(expected.Selected);
        exactReport["alpha"].ShouldMatch(expected.AlphaOnParameters);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void MMPareto_reports_the_quantities_of_the_equations(int index)
    {
        using var scope = NewDisposeScope();
        var expected = File.Cases[index].Quantities.Encoders;

        var report = Run(index, new MMPareto(), epoch: 0).Report;

        for (int m = 0; m < expected.Count; m++)
        {
            report["cosine"][m].ShouldMatch(expected[m].Cosine, scale: 1);
            report["weight_multimodal"][m].ShouldMatch(expected[m].WeightMultimodal);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void G2D_reports_the_quantities_of_the_equations(int index)
    {
        using var scope = NewDisposeScope();
        var expected = File.Cases[index].Quantities;
        int modalities = expected.Alpha.Length;

        for (int phase = 0; phase < modalities; phase++)
        {
            var report = Run(index, WithPhases(modalities), phase).Report;

            report["confidence"].ShouldMatch(expected.TeacherScores);
            report["prioritized"][0].Should().Be(
                phase < modalities - 1 ? expected.AscendingConfidence[phase] : -1, "the last phase is joint");
            report.Loss.ShouldMatch(expected.JointLoss + expected.G2dFeatureLosses.Sum() + expected.G2dLogitLoss);
        }
    }

    private static (MultimodalModel Model, StepReport Report) Run(int index, IGradientStrategy strategy, int epoch)
    {
        var golden = File.Cases[index];
        var model = golden.Parameters.Network(golden.Fusion);
        var task = new ClassificationTask(golden.Parameters.B.Length);
        var batch = new GoldenBatch(golden.Inputs, golden.Labels, golden.TeacherFeatures, golden.TeacherLogits);
        var step = new TrainingStep(model, task, batch.ToBatch(), epoch, teachers: batch.Teachers(task));
        return (model, strategy.ComputeGradients(step));
    }

    private static IGradientStrategy Strategy(string name, int modalities) => name switch
    {
        "joint" => new JointTraining(),
        "uniform" => new UniformBaseline(),
        "conventional_pareto" => new MGDA(),
        "mmpareto" => new MMPareto(),
        "i2mcl_kd" => new I2MCL(I2MCLOptions.DistillationOnly),
        "i2mcl_kd_intra" => new I2MCL(I2MCLOptions.IntraModal),
        "i2mcl_kd_inter" => new I2MCL(I2MCLOptions.InterModal),
        "i2mcl" => new I2MCL(),
        _ when name.StartsWith("g2d", StringComparison.Ordinal) => WithPhases(modalities),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name),
    };

    private static G2D WithPhases(int modalities) =>
        new(new G2DOptions { PhaseEpochs = Enumerable.Repeat(1, modalities - 1).ToArray() });

    /// <summary>Phase k of one epoch each is epoch k; far later the phase is joint.</summary>
    private static int Epoch(string strategy) =>
        strategy.StartsWith("g2d_smp_phase", StringComparison.Ordinal) ? strategy[^1] - '0' : 100;

    private sealed record StepFile(IReadOnlyList<StepCase> Cases);

    private sealed record StepCase(
        string Fusion,
        double[][][] Inputs,
        long[] Labels,
        GoldenParameters Parameters,
        double[][][] TeacherFeatures,
        double[][][] TeacherLogits,
        Quantities Quantities,
        Dictionary<string, GoldenParameters> Gradients);

    private sealed record Quantities(
        double JointLoss,
        double[] DistillationLosses,
        double[] Alpha,
        double[] AlphaOnParameters,
        int Selected,
        IReadOnlyList<EncoderQuantities> Encoders,
        double[] TeacherScores,
        int[] AscendingConfidence,
        [property: System.Text.Json.Serialization.JsonPropertyName("g2d_feature_losses")] double[] G2dFeatureLosses,
        [property: System.Text.Json.Serialization.JsonPropertyName("g2d_logit_loss")] double G2dLogitLoss);

    private sealed record EncoderQuantities(double Cosine, double WeightMultimodal);
}
