using System.Xml.Linq;
using AudioVisualDigits.Experiments;
using ModalityBalance.Plots;

namespace AudioVisualDigits.Report;

/// <summary>What I2MCL, MMPareto and G2D did, each in a section of its own if it was run.</summary>
/// <param name="modalities">The modalities' names.</param>
internal sealed class StrategySections(IReadOnlyList<string> modalities)
{
    /// <summary>Gets the sections.</summary>
    public IEnumerable<XElement> Of(IReadOnlyList<StrategyRuns> strategies)
    {
        foreach (var strategy in strategies)
        {
            var charts = new StepCharts(strategy);
            var section = strategy.Name switch
            {
                StrategyRegistry.I2MCL => I2MCL(charts),
                StrategyRegistry.MMPareto => MMPareto(charts),
                StrategyRegistry.G2D => G2D(charts),
                _ => null,
            };
            if (section is not null)
                yield return section;
        }
    }

    private XElement I2MCL(StepCharts charts) => Section(
        "I2MCL: alpha and the selected modality",
        "Alpha is the min-norm weight of a modality's distillation gradient against its task gradient. The modality "
            + "with the largest alpha is selected and learns from the task, every other from its teacher.",
        charts,
        [
            charts.Figures("Alpha", "alpha", PerModality("alpha")),
            charts.Choices("Selected modality", "selected", 0, modalities),
        ]);

    private XElement MMPareto(StepCharts charts) => Section(
        "MMPareto: conflict of gradients",
        "Per encoder, the cosine between the gradients of the fused and of its own unimodal loss, and their lengths. "
            + "A cosine below 0 is a conflict, for which the Pareto direction replaces the sum.",
        charts,
        [
            charts.Figures("Cosine of the two gradients", "cosine", PerModality("cosine")) with { Reference = 0 },
            .. modalities.Select(modality => charts.Figures(
                $"Norms of the gradients: {modality} encoder",
                "norm",
                ($"multimodal_norm_{modality}", "fused loss"),
                ($"unimodal_norm_{modality}", "unimodal loss"))),
        ]);

    private XElement G2D(StepCharts charts) => Section(
        "G2D: confidences and phases",
        "Confidence is the mean probability that a modality's teacher gives to the true label, over the batch. In the "
            + "prioritized phase only the encoder of the least confident one learns, in the joint phase all do.",
        charts,
        [
            charts.Figures("Confidence of the teachers", "confidence", PerModality("confidence")),
            charts.Choices("Prioritized modality", "prioritized", -1, ["all", .. modalities]),
        ]);

    private static XElement Section(
        string title, string text, StepCharts source, IEnumerable<Chart> charts) =>
        ReportSection.Of(title, $"{text} {source.Source}", ReportSection.Charts(charts));

    private IEnumerable<(string Figure, string Name)> PerModality(string figure) =>
        modalities.Select(modality => ($"{figure}_{modality}", modality));
}
