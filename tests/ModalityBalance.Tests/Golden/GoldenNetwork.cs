using System.Text.Json.Serialization;
using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Golden;

/// <summary>The linear network of the golden step files: z_m = x_m W_m, unimodal logits z_m U_m + c_m; fused logits are
/// their mean (late) or sum_m z_m V_m + b (concat).</summary>
internal sealed record GoldenParameters(
    [property: JsonPropertyName("W")] double[][][] W,
    [property: JsonPropertyName("V")] double[][][] V,
    double[] B,
    [property: JsonPropertyName("U")] double[][][] U,
    double[][] C)
{
    public MultimodalModel Network(string fusion)
    {
        var encoders = W.Select((w, m) =>
            new ModalityEncoder($"m{m}", nn.Linear(w.Length, w[0].Length, hasBias: false))).ToArray();
        long[] widths = W.Select(w => (long)w[0].Length).ToArray();
        var model = fusion == "late"
            ? new MultimodalModel(encoders, new LateFusion(widths, B.Length))
            : new MultimodalModel(
                encoders,
                new ConcatFusion(widths, B.Length),
                widths.Select(width => nn.Linear(width, B.Length)).ToArray());
        model.to(ScalarType.Float64);
        using var noGrad = no_grad();
        foreach (var (name, parameter) in model.named_parameters())
        {
            parameter.copy_(Of(name));
        }

        return model;
    }

    /// <summary>What the file says for a parameter of <see cref="Network"/>, in that parameter's shape.</summary>
    public Tensor Of(string name)
    {
        string[] parts = name.Split('.');
        bool isWeight = parts[^1] == "weight";
        return parts[0] switch
        {
            "fusion" when parts[1] == "classifier" => isWeight ? Transposed(V.SelectMany(v => v).ToArray()) : tensor(B),
            "fusion" => isWeight ? Transposed(U[Index(parts[1])]) : tensor(C[Index(parts[1])]),
            _ when parts[0].StartsWith("head", StringComparison.Ordinal) =>
                isWeight ? Transposed(U[Index(parts[0])]) : tensor(C[Index(parts[0])]),
            _ => Transposed(W[Index(parts[0])]),
        };
    }

    private static int Index(string part) => part[^1] - '0';

    private static Tensor Transposed(double[][] rows) =>
        tensor(rows.SelectMany(row => row).ToArray(), [rows.Length, rows[0].Length]).t();
}

/// <summary>One batch of the golden step files.</summary>
internal sealed record GoldenBatch(
    double[][][] Inputs, long[] Labels, double[][][] TeacherFeatures, double[][][] TeacherLogits)
{
    public MultimodalBatch ToBatch() => new(
        Inputs.Select(input => (ModalityInput)Matrix(input)).ToArray(), tensor(Labels));

    public TeacherOutputs Teachers(ClassificationTask task)
    {
        var logits = TeacherLogits.Select(Matrix).ToArray();
        return new TeacherOutputs(
            TeacherFeatures.Select(Matrix).ToArray(),
            logits,
            logits.Select(l => task.ConfidencePerSample(l, tensor(Labels)).mean().item<double>()).ToArray());
    }

    private static Tensor Matrix(double[][] rows) =>
        tensor(rows.SelectMany(row => row).ToArray(), [rows.Length, rows[0].Length]);
}
