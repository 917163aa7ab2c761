using System.Text.Json;
using ModalityBalance.Storage;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>A checkpoint's file: tensors and the optimizer's state as its content, all else in its description.</summary>
internal sealed class CheckpointFile : IDisposable
{

    private static readonly FileKind Kind = new("checkpoint", "MBCHECK\n"u8.ToArray(), 1);

    private readonly CheckedFile _file;

    private CheckpointFile(CheckedFile file, TrainingSnapshot snapshot) => (_file, Snapshot) = (file, snapshot);

    public TrainingSnapshot Snapshot { get; }

    /// <summary>Writes a snapshot, aside first.</summary>
    /// <exception cref="NotSupportedException">The optimizer is none of TorchSharp's own.</exception>
    public static void Write(string path, TrainingSnapshot snapshot, optim.Optimizer optimizer)
    {
        var helper = optimizer as OptimizerHelper
            ?? throw new NotSupportedException(
                $"The optimizer must be one of TorchSharp's own to be saved, but is a {optimizer.GetType().Name}.");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var file = new CheckedFileWriter(path, Kind);
        TensorEntry[] tensors = [.. snapshot.Sections.SelectMany(section =>
            section.Value.Select(entry => TensorEntry.Write(file, section.Key, entry.Key, entry.Value)))];
        long start = file.Length;
        file.Append(helper.save_state_dict);
        var range = new FileRange(start, file.Length - start);
        file.Commit((snapshot with { Tensors = tensors, Optimizer = range }).ToJson());
    }

    /// <summary>Opens a checkpoint after checking the whole file.</summary>
    /// <exception cref="InvalidDataException">It is none, or damaged.</exception>
    public static CheckpointFile Open(string path)
    {
        var file = CheckedFile.Open(path, Kind);
        try
        {
            return new CheckpointFile(file, TrainingSnapshot.Parse(file.Description));
        }
        catch (JsonException e)
        {
            file.Dispose();
            throw new InvalidDataException($"'{path}' is no checkpoint that this version can read: {e.Message}", e);
        }
    }

    /// <summary>Puts the weights into a model, which must be the same.</summary>
    public void LoadModel(nn.Module model) => Load(model, TrainingSnapshot.ModelSection);

    /// <summary>Puts the weights of the best epoch into a model, which must be the same.</summary>
    /// <returns>False if there are none.</returns>
    public bool LoadBestModel(nn.Module model) => Load(model, TrainingSnapshot.BestSection + TrainingSnapshot.ModelSection);

    /// <summary>Fills best weights, if the checkpoint has them.</summary>
    public void LoadBest(string name, BestWeights best)
    {
        if (Snapshot.Best.FirstOrDefault(entry => entry.Name == name) is { } kept)
        {
            using var scope = NewDisposeScope();
            best.Keep(kept.Epoch, kept.Score, Read(TrainingSnapshot.BestSection + name));
        }
    }

    /// <summary>Fills an optimizer, which must be the same. Its momentum then belongs to the open dispose scope, if there
    /// is one, so that this must be called in none that ends before training.</summary>
    public void LoadOptimizer(optim.Optimizer optimizer)
    {
        using var reader = new BinaryReader(_file.OpenRead(Snapshot.Optimizer.Offset, Snapshot.Optimizer.Length));
        ((OptimizerHelper)optimizer).load_state_dict(reader);
    }

    /// <summary>The state of a process's random number generator; null if there was no such process. The caller owns
    /// it.</summary>
    /// <param name="rank">The number of the process.</param>
    public Tensor? ReadRandomState(int rank)
    {
        using var scope = NewDisposeScope();
        return Read(TrainingSnapshot.RandomSection).GetValueOrDefault(TrainingSnapshot.RandomName(rank))?.DetachFromDisposeScope();
    }

    /// <summary>The tensors of a section by name; the open dispose scope owns them.</summary>
    public IReadOnlyDictionary<string, Tensor> Read(string section) => Snapshot.Tensors
        .Where(entry => entry.Section == section).ToDictionary(entry => entry.Name, entry => entry.Read(_file));

    public void Dispose() => _file.Dispose();

    private bool Load(nn.Module model, string section)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var saved = Read(section);
        if (saved.Count > 0)
        {
            model.load_state_dict(saved.ToDictionary());
        }

        return saved.Count > 0;
    }
}
