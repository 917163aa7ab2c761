using ModalityBalance.Tasks;

namespace ModalityBalance.Training;

/// <summary> Logs epochs as comma-separated values: loss, seconds, skipped steps and, with validation data, the loss and scores
/// of the fused prediction (<c>validation_accuracy</c>) and the scores of each modality's own (<c>validation_accuracy_audio</c>).
/// The file is complete after every row. A resumed run continues the file of the interrupted one; any other run replaces it.
/// </summary>
public sealed class CsvEpochLog : TrainingCallback
{
    private readonly string _path;
    private CsvTable? _table;

    /// <summary>Creates a log.</summary>
    /// <param name="path">The file. It is created with its folder when training starts.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public CsvEpochLog(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _path = path;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="InvalidDataException">The file to continue is not a log of epochs.</exception>
    public override void OnFitStart()
    {
        _table = new CsvTable(_path, "epoch", Run.Epoch);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file to continue has other columns.</exception>
    public override void OnEpochEnd(EpochSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        var validation = Figures(summary, Run.Model.Modalities);
        _table!.Add([
            ("epoch", summary.Epoch),
            ("loss", summary.Loss),
            ("seconds", summary.Duration.TotalSeconds),
            ("skipped_steps", summary.SkippedSteps),
            .. validation.Select(figure => (Column(figure), figure.Value)),
        ]);
    }

    private static string Column(ValidationFigure figure) =>
        figure.Modality is null ? $"validation_{figure.Name}" : $"validation_{figure.Name}_{figure.Modality}";

    /// <summary>A validation as named numbers: the loss, then the scores of the fused prediction, then those of each modality's
    /// own. None without validation.</summary>
    internal static IEnumerable<ValidationFigure> Figures(EpochSummary summary, IReadOnlyList<string> modalities)
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

/// <summary>One number of a validation.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Modality">The modality whose own prediction it scores; null for the fused one.</param>
/// <param name="Value">The number.</param>
internal sealed record ValidationFigure(string Name, string? Modality, double Value);
