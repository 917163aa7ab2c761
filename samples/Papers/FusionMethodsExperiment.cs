using AudioVisualDigits.Results;

namespace Papers;

/// <summary>I2MCL, Table 1, on two data sets: the audio-visual digits, a classification, and the sequences of three modalities as a
/// sentiment, which is learned as a value and scored by its sign.</summary>
internal static class FusionMethodsExperiment
{
    private const string Methods = "joint,unimodal,gradient-blending,umt,cls,ogm-ge,i2mcl";

    // OGM has no share of a value's logits; gradient blending would need a trial of its own on the sequences.
    private static readonly string[] WithoutSentiment = ["gradient-blending", "ogm-ge"];

    // Defined for two modalities, the library's generalization has to be asked for.
    private static readonly Dictionary<string, string> OfThree = new() { ["cls"] = "cls:ManyModalities=true" };

    /// <summary>Trains every method with every seed on both.</summary>
    public static ResultTable Run(RunRequest request)
    {
        var digits = DigitsExperiment.Run(request, Methods);
        string[] sentiment = ["fused", .. SequencesTask.Modalities.Select(modality => $"{modality} probe")];
        var none = new Statistic?[sentiment.Length];
        return new ResultTable(
            [.. digits.Columns.Select(column => $"digits: {column}"), .. sentiment.Select(column => $"sentiment: {column}")],
            [
                .. digits.Rows.Select(row => row with
                {
                    Values =
                    [
                        .. row.Values,
                        .. WithoutSentiment.Contains(row.Method) ? none : SequencesExperiment.Sentiment(request, OfThree.GetValueOrDefault(row.Method, row.Method)),
                    ],
                }),
            ]);
    }
}
