using System.Xml.Linq;
using AudioVisualDigits.Results;

namespace AudioVisualDigits.Report;

/// <summary>The strategies side by side.</summary>
internal static class ComparisonSection
{
    /// <summary>Gets the section.</summary>
    public static XElement Of(StudyRecord study)
    {
        var cells = new ComparisonCells(study.Summary);
        return ReportSection.Of(
            "Comparison",
            "“Fused” is the prediction from all modalities, a “head” one modality's own prediction, a “probe” a linear "
                + "classifier fitted to the encoder's frozen output: what the encoder knows. “Cost” is time per epoch "
                + "over that of joint training.",
            ReportSection.Table($"Test accuracy in %{OverSeeds(study)}", cells.Headers, cells.Rows));
    }

    /// <summary>Says what a figure with a deviation is.</summary>
    public static string OverSeeds(StudyRecord study) =>
        study.Seeds.Count > 1 ? ", mean ± sample standard deviation over the seeds" : "";
}
