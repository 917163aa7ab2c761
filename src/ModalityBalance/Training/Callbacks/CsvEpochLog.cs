namespace ModalityBalance.Training;

/// <summary>
/// Writes a row of comma-separated values per epoch: loss, seconds, skipped steps and, with validation, its loss and
/// the scores of the fused prediction (<c>validation_accuracy</c>) and of each modality's own
/// (<c>validation_accuracy_audio</c>). The file is whole after every row. A run that is resumed goes on in the file of
/// the interrupted one; any other run begins it anew.
/// </summary>
public sealed class CsvEpochLog : ITrainingObserver
{
    private readonly string _path;
    private TrainingRun? _run;
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
    public void OnFitStart(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        (_run, _table) = (run, new CsvTable(_path, "epoch", run.Epoch));
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file to go on with has other columns.</exception>
    public void OnEpochEnd(EpochSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        if (_run is null || _table is null)
        {
            throw new InvalidOperationException("OnFitStart must come before OnEpochEnd, but was not called.");
        }

        var validation = ValidationFigures.Of(summary, _run.Model.Modalities);
        _table.Add([
            ("epoch", summary.Epoch),
            ("loss", summary.Loss),
            ("seconds", summary.Duration.TotalSeconds),
            ("skipped_steps", summary.SkippedSteps),
            .. validation.Select(figure => (Column(figure), figure.Value)),
        ]);
    }

    private static string Column(ValidationFigure figure) =>
        figure.Modality is null ? $"validation_{figure.Name}" : $"validation_{figure.Name}_{figure.Modality}";
}
