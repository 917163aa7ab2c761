using System.Globalization;
using System.Text.Json;
using ModalityBalance.Data;
using ModalityBalance.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Golden;

/// <summary>The files of the baselines: from the folder <c>baselines</c> of <c>GOLDEN_DIR</c>, or else beside this file. Numbers
/// may be null (there is none) or the text "Infinity".</summary>
internal static class BaselineFile
{
    /// <summary>Relative, for gradients and coefficients: as the files say.</summary>
    public const double Tolerance = 1e-10;

    public static JsonElement Read(string name)
    {
        string? folder = Environment.GetEnvironmentVariable("GOLDEN_DIR");
        folder = string.IsNullOrEmpty(folder) ? Path.Combine(AppContext.BaseDirectory, "Golden") : folder;
        using var stream = File.OpenRead(Path.Combine(folder, "baselines", name));
        return JsonDocument.Parse(stream).RootElement;
    }

    /// <summary>The places in a list of the file.</summary>
    public static TheoryData<int> Cases(this JsonElement file, string list) =>
        new(Enumerable.Range(0, file.GetProperty(list).GetArrayLength()));

    public static JsonElement At(this JsonElement element, string list, int index) => element.GetProperty(list)[index];

    public static double Number(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => double.NaN,
        JsonValueKind.String => double.Parse(element.GetString()!.Replace("Infinity", "∞", StringComparison.Ordinal), Symbols),
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => element.GetDouble(),
    };

    public static double Number(this JsonElement element, string property) => element.GetProperty(property).Number();

    /// <summary>All numbers of an array of any depth.</summary>
    public static double[] Numbers(this JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? [.. element.EnumerateArray().SelectMany(Numbers)]
        : [element.Number()];

    public static double[] Numbers(this JsonElement element, string property) => element.GetProperty(property).Numbers();

    public static Tensor Tensor(this JsonElement element) => tensor(element.Numbers(), Shape(element), ScalarType.Float64);

    public static Tensor Tensor(this JsonElement element, string property) => element.GetProperty(property).Tensor();

    public static Tensor[] Tensors(this JsonElement element, string property) =>
        [.. element.GetProperty(property).EnumerateArray().Select(Tensor)];

    public static long[] Labels(this JsonElement element) =>
        [.. element.GetProperty("labels").EnumerateArray().Select(label => label.GetInt64())];

    /// <summary>The batch of a case: <c>inputs</c>, <c>labels</c> and, if there is one, <c>present</c>.</summary>
    public static MultimodalBatch Batch(this JsonElement element)
    {
        var inputs = element.Tensors("inputs").Select(input => (ModalityInput)input).ToArray();
        return new MultimodalBatch(inputs, tensor(element.Labels()), element.TryGetProperty("present", out var present)
            && present.ValueKind == JsonValueKind.Array ? Mask(present) : null);
    }

    public static void ShouldBe(this IReadOnlyList<double> actual, JsonElement expected, string because = "") =>
        actual.ShouldBe(expected.Numbers(), because);

    public static void ShouldBe(this IReadOnlyList<double> actual, double[] numbers, string because = "")
    {
        actual.Should().HaveCount(numbers.Length, because);
        double scale = numbers.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        for (int i = 0; i < numbers.Length; i++)
        {
            actual[i].ShouldBe(numbers[i], scale, $"{because} element {i}");
        }
    }

    public static void ShouldBe(this double actual, double expected, double scale = 0, string because = "")
    {
        if (double.IsFinite(expected))
        {
            actual.Should().BeApproximately(expected, Tolerance * Math.Max(Math.Abs(expected), Math.Max(scale, 1e-3)), because);
        }
        else
        {
            actual.Should().Be(expected, because);
        }
    }

    private static NumberFormatInfo Symbols => new() { PositiveInfinitySymbol = "∞", NegativeInfinitySymbol = "-∞" };

    private static long[] Shape(JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? [element.GetArrayLength(), .. element.GetArrayLength() > 0 ? Shape(element[0]) : []]
        : [];

    private static PresenceMask Mask(JsonElement rows)
    {
        var mask = new bool[rows.GetArrayLength(), rows[0].GetArrayLength()];
        for (int i = 0; i < mask.GetLength(0); i++)
        {
            for (int m = 0; m < mask.GetLength(1); m++)
            {
                mask[i, m] = rows[i][m].GetBoolean();
            }
        }

        return new PresenceMask(mask);
    }
}

/// <summary>The parameters of a network of the files, or gradients of them: W and a of the encoders, U and c of the heads, V and
/// b of a concatenation, V and t of a sum, P, p, Q and q of a gate, S and s of a shared head. Null where there is no gradient.
/// </summary>
internal sealed class BaselineParameters(JsonElement parameters)
{
    /// <summary>The network with these parameters.</summary>
    /// <param name="fusion">Its kind.</param>
    /// <param name="own">Makes a fusion of the widths, for another kind.</param>
    public MultimodalModel Network(string fusion, Func<long[], FusionModule>? own = null)
    {
        var weights = parameters.Tensors("W");
        long[] widths = [.. weights.Select(w => w.shape[1])];
        long outputs = parameters.GetProperty("c")[0].GetArrayLength();
        var encoders = weights.Select((w, m) => new ModalityEncoder(
            $"m{m}", nn.Linear(w.shape[0], w.shape[1], hasBias: parameters.TryGetProperty("a", out _)))).ToArray();
        FusionModule top = own?.Invoke(widths) ?? fusion switch
        {
            "late" => new LateFusion(widths, outputs),
            "concat" => new ConcatFusion(widths, outputs),
            "sum" => new SumFusion(widths, outputs),
            "gated" => new GatedFusion(widths, outputs, parameters.GetProperty("Q").GetArrayLength()),
            _ => throw new ArgumentOutOfRangeException(nameof(fusion), fusion),
        };
        var heads = top.PredictsUnimodal ? null : widths.Select(width => nn.Linear(width, outputs)).ToArray();
        var model = new MultimodalModel(encoders, top, heads);
        model.to(ScalarType.Float64);
        using var noGrad = no_grad();
        foreach (var (name, parameter) in model.named_parameters())
        {
            parameter.copy_(Of(name)!);
        }

        return model;
    }

    /// <summary>What the file says for a parameter of <see cref="Network"/>; null for no gradient.</summary>
    public Tensor? Of(string name)
    {
        bool isWeight = name.EndsWith("weight", StringComparison.Ordinal);
        string part = name[..name.LastIndexOf('.')];
        int index = part[^1] - '0';
        return part switch
        {
            "fusion.classifier" or "fusion.inner.classifier" => isWeight
                ? parameters.TryGetProperty("Q", out _) ? One("Q", transpose: true) : Concatenated()
                : One(parameters.TryGetProperty("q", out _) ? "q" : "b"),
            "fusion.shared_head" => isWeight ? One("S", transpose: true) : One("s"),
            _ when part.StartsWith("fusion.term", StringComparison.Ordinal) => isWeight ? Entry("V", index) : Entry("t", index),
            _ when part.StartsWith("fusion.projection", StringComparison.Ordinal) => isWeight ? Entry("P", index) : Entry("p", index),
            _ when part.StartsWith("encoder", StringComparison.Ordinal) => isWeight ? Entry("W", index) : Entry("a", index),
            _ => isWeight ? Entry("U", index) : Entry("c", index),
        };
    }

    /// <summary>Every parameter's gradient is what the file says, null included.</summary>
    public void ShouldBeGradientsOf(MultimodalModel model)
    {
        foreach (var (name, parameter) in model.named_parameters())
        {
            var (actual, expected) = (parameter.grad, Of(name));
            (actual is null).Should().Be(expected is null, $"{name} has a gradient or not");
            if (expected is not null)
            {
                Compare(actual!, expected, name);
            }
        }
    }

    /// <summary>Every parameter is what the file says.</summary>
    public void ShouldBeParametersOf(MultimodalModel model)
    {
        foreach (var (name, parameter) in model.named_parameters())
        {
            Compare(parameter, Of(name)!, name);
        }
    }

    private static void Compare(Tensor actual, Tensor expected, string name)
    {
        double[] have = actual.detach().flatten().data<double>().ToArray(), want = expected.flatten().data<double>().ToArray();
        double scale = want.Max(Math.Abs);
        for (int i = 0; i < want.Length; i++)
        {
            have[i].ShouldBe(want[i], scale, $"{name}, element {i}");
        }
    }

    private Tensor? One(string key, bool transpose = false) =>
        !parameters.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : transpose ? value.Tensor().t() : value.Tensor();

    private Tensor? Entry(string key, int index)
    {
        var value = parameters.GetProperty(key)[index];
        return value.ValueKind == JsonValueKind.Null ? null
            : value[0].ValueKind == JsonValueKind.Array ? value.Tensor().t() : value.Tensor();
    }

    private Tensor? Concatenated()
    {
        var entries = parameters.GetProperty("V").EnumerateArray().Select((_, m) => Entry("V", m)).ToArray();
        return entries.Any(entry => entry is null) ? null : cat(entries.Select(entry => entry!).ToArray(), 1);
    }
}
