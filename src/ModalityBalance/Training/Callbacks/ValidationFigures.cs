using ModalityBalance.Tasks;

namespace ModalityBalance.Training;

/// <summary>One number of a validation.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Modality">Whose own prediction it scores; null for the fused one.</param>
/// <param name="Value">The number.</param>
internal sealed record ValidationFigure(string Name, string? Modality, double Value);

/// <summary>A validation as named numbers, for logs.</summary>
internal static class ValidationFigures
{
    /// <summary>The loss, then the scores of the fused prediction, then those of each modality's own; nothing without
    /// validation. The same in every epoch of a run.</summary>
    public static IEnumerable<ValidationFigure> Of(EpochSummary summary, IReadOnlyList<string> modalities)
    {
        if (summary.Validation is not { } validation)
        {
            return [];
        }

        var unimodal = (validation.Unimodal ?? []).SelectMany((scores, m) => Of(scores, modalities[m]));
        return [new ValidationFigure("loss", null, validation.Loss), .. Of(validation.Fused, null), .. unimodal];
    }

    private static IEnumerable<ValidationFigure> Of(TaskScores scores, string? modality) =>
        scores.Figures().Select(figure => new ValidationFigure(figure.Name, modality, figure.Value));
}
