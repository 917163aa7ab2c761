using ModalityBalance.Gradients;
using ModalityBalance.Strategies;

namespace ModalityBalance.Training;

/// <summary>Writes checkpoints of a run to a folder of its own: periodically, at the end, for the best epoch, and when training
/// is canceled.</summary>
public sealed class CheckpointWriter : TrainingCallback
{
    private readonly string _folder;
    private readonly CheckpointOptions _options;
    private long? _savedStep;

    /// <summary>Creates a writer for one run.</summary>
    /// <param name="folder">The folder. It is created if it does not exist.</param>
    /// <param name="options">When to write. Defaults to after every epoch.</param>
    /// <exception cref="ArgumentException">The folder is empty, or an option is out of its range.</exception>
    public CheckpointWriter(string folder, CheckpointOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        _options = options ?? new CheckpointOptions();
        _options.Check();
        _folder = folder;
    }

    /// <summary>Creates the folder, locks it until training ends, and removes files that killed runs left in it. A run that is
    /// resumed from the folder removes the checkpoints of later steps, which it will write again.</summary>
    /// <exception cref="InvalidOperationException">The folder holds checkpoints of another run, and this run is new or
    /// resumes from another folder.</exception>
    /// <exception cref="IOException">The folder cannot be created or written, or another run is using it.</exception>
    public override void OnFitStart()
    {
        CsvTable.WithWriteAccess("folder", _folder, () =>
        {
            Directory.CreateDirectory(_folder);
            Run.Hold(CheckpointFolder.Lock(_folder));
            CheckOwn();
            foreach (string path in CheckpointFolder.After(_folder, Run.Step).Concat(CheckpointFolder.Leftovers(_folder)))
            {
                File.Delete(path);
            }
        });
    }

    /// <inheritdoc/>
    public override void OnStep(TrainingStep step, StepReport report)
    {
        Run.AfterHooks(() =>
        {
            // Every turn of a step asks.
            if (_options.EverySteps is { } steps && Run.Step % steps == 0 && Run.Step != _savedStep)
            {
                _savedStep = Run.Step;
                Save();
            }
        });
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(EpochSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        Run.AfterHooks(() => SaveEpoch(summary));
    }

    private void SaveEpoch(EpochSummary summary)
    {
        if (Run.Epoch % _options.EveryEpochs == 0 || Run.Epoch == Run.Epochs || Run.StopReason is not null)
        {
            Save();
        }

        if (_options.KeepBest && Run.BestEpoch == summary.Epoch)
        {
            Attempt(() => Run.Save(CheckpointFolder.PathOfBest(_folder)));
        }
    }

    /// <inheritdoc/>
    public override void OnInterrupted() => Run.AfterHooks(Save);

    private void CheckOwn()
    {
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(_folder));
        if (Path.GetDirectoryName(Run.ResumedFrom) != folder && CheckpointFolder.All(_folder) is [string other, ..])
        {
            throw new InvalidOperationException(
                $"'{_folder}' must hold no checkpoints when training begins from the start or is resumed from another folder, but "
                + $"holds '{Path.GetFileName(other)}': resume from it, remove it, or choose another folder.");
        }
    }

    private void Save() => Attempt(() =>
    {
        Run.Save(CheckpointFolder.PathOf(_folder, Run.Step));
        foreach (string path in CheckpointFolder.Steps(_folder).Skip(_options.Keep))
        {
            CsvTable.WithWriteAccess("folder", _folder, () => File.Delete(path));
        }
    });

    private void Attempt(Action write)
    {
        try
        {
            write();
        }
        catch (IOException e) when (_options.OnFailure is { } notify)
        {
            notify(e);
        }
    }
}
