using ModalityBalance.Tasks;

namespace ModalityBalance.Training;

/// <summary>
/// Writes a row of comma-separated values per epoch: loss, seconds, skipped steps and, with validation, its loss and
/// the scores of the fused prediction (<c>validation_accuracy</c>) and of each modality's own
/// (<c>validation_accuracy_audio</c>). The file is whole after every row. A run that is resumed goes on in the file of
/// the interrupted one; any other run begins it anew.
/// </summary>
public sealed class CsvEpochLog : TrainingCallback
{
    private readonly string _path;
    private CsvTable? _table;

    /// <summary>A log of epochs.</summary>
    /// <param name="path">The file, made when training starts, with its folder.</param>
    /// <exception cref="ArgumentException">No path.</exception>
    public CsvEpochLog(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _path = path;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="InvalidDataException">The file to go on with is no log of epochs.</exception>
    public override void OnFitStart()
    {
        _table = new CsvTable(_path, "epoch", Run.Epoch);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file to go on with has other columns.</exception>
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
