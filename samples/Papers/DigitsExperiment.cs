using System.Globalization;
using System.Text.Json;
using AudioVisualDigits;
using AudioVisualDigits.Data;
using AudioVisualDigits.Results;

namespace Papers;

/// <summary>Compares strategies on the audio-visual digits, by the program of that sample, which resumes by itself.</summary>
internal static class DigitsExperiment
{
    // Samples of each split in a quick run.
    private const int Few = 256;

    private const double Percent = 100;

    private static readonly string[] Columns = ["fused", "audio probe", "image probe"];

    /// <summary>Trains every strategy with every seed.</summary>
    /// <param name="request">What the user asks for.</param>
    /// <param name="strategies">Names and variants, with commas between.</param>
    /// <param name="more">Further options of the program.</param>
    /// <exception cref="BadInputException">The comparison failed.</exception>
    public static ResultTable Run(RunRequest request, string strategies, params string[] more)
    {
        using var results = Compare(request, strategies, more);
        return new ResultTable(Columns,
        [
            .. results.RootElement.GetProperty("summary").EnumerateArray().Select(summary => new ResultRow(
                summary.GetProperty("strategy").GetString()!,
                [
                    Read(summary.GetProperty("fusedAccuracy"), Percent),
                    .. summary.GetProperty("modalities").EnumerateArray()
                        .Select(modality => Read(modality.GetProperty("probeAccuracy"), Percent)),
                ])),
        ]);
    }

    /// <summary>Trains every strategy with every seed, for the time that it takes.</summary>
    /// <inheritdoc cref="Run"/>
    public static ResultTable Times(RunRequest request, string strategies)
    {
        using var results = Compare(request, strategies);
        return new ResultTable(["seconds per epoch", "over joint training"],
        [
            .. results.RootElement.GetProperty("summary").EnumerateArray().Select(summary => new ResultRow(
                summary.GetProperty("strategy").GetString()!,
                [Read(summary.GetProperty("secondsPerEpoch")), Read(summary.GetProperty("costAgainstJoint"))])),
        ]);
    }

    /// <summary>Runs the comparison; its results.</summary>
    public static JsonDocument Compare(RunRequest request, string strategies, params string[] more)
    {
        string file = Path.Combine(request.Folder, "result.json");
        string[] arguments =
        [
            "compare", "--strategies", strategies, "--seeds", request.Seeds.ToString(CultureInfo.InvariantCulture),
            "--out", request.DigitsFolder, "--json", file, "--resume",
            .. request.DataFolder is { } folder ? ["--data", folder] : Array.Empty<string>(),
            .. request.IsQuick ? ["--epochs", "2"] : Array.Empty<string>(),
            .. more,
        ];
        using var error = new StringWriter();
        int code = new DigitsProgram(TextWriter.Null, error, Loader(request)).Run(arguments, request.Cancellation);
        request.Cancellation.ThrowIfCancellationRequested();
        return code == DigitsProgram.Success
            ? JsonDocument.Parse(File.ReadAllText(file))
            : throw new BadInputException(error.ToString().Trim());
    }

    /// <summary>Reads a statistic; null if there is none.</summary>
    private static Statistic? Read(JsonElement statistic, double scale = 1) => statistic.ValueKind == JsonValueKind.Null
        ? null
        : new Statistic(
            scale * statistic.GetProperty("mean").GetDouble(),
            statistic.GetProperty("deviation") is { ValueKind: JsonValueKind.Number } deviation ? scale * deviation.GetDouble() : null);

    /// <summary>Makes the digits that were asked for, few of them for a quick run.</summary>
    /// <exception cref="BadInputException">The folder of the real ones lacks a file, or one is damaged.</exception>
    public static AudioVisualDigitSet Digits(RunRequest request) =>
        Loader(request)(request.DataFolder, new Progress<double>(), request.Cancellation);

    private static DigitLoader Loader(RunRequest request) => request.IsQuick ? FewDigits : DigitLoading.Load;

    private static AudioVisualDigitSet FewDigits(string? folder, IProgress<double> progress, CancellationToken cancellation)
    {
        if (folder is null)
            return EmbeddedDigits.Generate(progress: progress, cancellation: cancellation, first: Few);
        var digits = RealDigits.Load(folder, progress, cancellation);
        return digits with { Train = First(digits.Train), Test = First(digits.Test) };
    }

    private static DigitSplit First(DigitSplit split)
    {
        int kept = Math.Min(Few, split.Count);
        return new DigitSplit(
            split.Audio[..(split.Audio.Length / split.Count * kept)],
            split.Image[..(split.Image.Length / split.Count * kept)],
            split.Labels[..kept]);
    }
}
