using System.Text.Json;
using ModalityBalance.Storage;
using ModalityBalance.Strategies;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>A checkpoint's file: tensors and the optimizer's state as its content, all else in its description.</summary>
internal sealed class CheckpointFile : IDisposable
{
    private const string ModelSection = "model";
    private const string StrategySection = "strategy";
    private const string RandomSection = "random";
    private const string BestSection = "best ";

    private static readonly FileKind Kind = new("checkpoint", "MBCHECK\n"u8.ToArray(), 1);

    private readonly CheckedFile _file;

    private CheckpointFile(CheckedFile file, CheckpointContent content) => (_file, Content) = (file, content);

    public CheckpointContent Content { get; }

    /// <summary>Writes a run's state.</summary>
    public static void Write(string path, TrainingState state)
    {
        var optimizer = state.Optimizer as OptimizerHelper
            ?? throw new NotSupportedException(
                $"The optimizer must be one that TorchSharp can save, but is a {state.Optimizer.GetType().Name}.");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var file = new CheckedFileWriter(path, Kind);
        TensorEntry[] tensors =
        [
            .. Write(file, ModelSection, state.Model.Root.state_dict()),
            .. Write(file, StrategySection, state.Strategy.State.Capture()),
            .. state.Carried.SelectMany(entry => Write(file, BestSection + entry.Key, entry.Value.State)),
            TensorEntry.Write(
                file, RandomSection, "", state.Resumption?.PendingRandomNumbers ?? random.get_rng_state()),
        ];
        long start = file.Length;
        file.Append(optimizer.save_state_dict);
        var range = new FileRange(start, file.Length - start);
        file.Commit(CheckpointContent.Of(state, tensors, range).ToJson());
    }

    /// <summary>Opens a checkpoint after checking the whole file.</summary>
    /// <exception cref="InvalidDataException">It is none, or damaged.</exception>
    public static CheckpointFile Open(string path)
    {
        var file = CheckedFile.Open(path, Kind);
        try
        {
            return new CheckpointFile(file, CheckpointContent.Parse(file.Description));
        }
        catch (JsonException e)
        {
            file.Dispose();
            throw new InvalidDataException($"'{path}' is no checkpoint that this version can read: {e.Message}", e);
        }
    }

    /// <summary>Puts the weights into a model, which must be the same.</summary>
    public void LoadModel(nn.Module model) => Load(model, ModelSection);

    /// <summary>Puts the weights of the best epoch into a model, which must be the same.</summary>
    /// <returns>False if there are none.</returns>
    public bool LoadBestModel(nn.Module model) => Load(model, BestSection + ModelSection);

    /// <summary>Fills best weights, if the checkpoint has them.</summary>
    public void LoadBest(string name, BestWeights best)
    {
        if (Content.Best.FirstOrDefault(entry => entry.Name == name) is { } kept)
        {
            using var scope = NewDisposeScope();
            best.Keep(kept.Epoch, kept.Score, Read(BestSection + name));
        }
    }

    /// <summary>Fills an optimizer, which must be the same. Its momentum then belongs to the open dispose scope, if there
    /// is one, so that this must be called in none that ends before training.</summary>
    public void LoadOptimizer(optim.Optimizer optimizer)
    {
        using var reader = new BinaryReader(_file.OpenRead(Content.Optimizer.Offset, Content.Optimizer.Length));
        ((OptimizerHelper)optimizer).load_state_dict(reader);
    }

    /// <summary>Restores what a strategy remembers.</summary>
    public void LoadStrategy(StateDict state)
    {
        using var scope = NewDisposeScope();
        state.Restore(Read(StrategySection));
    }

    /// <summary>The state of the random generator; the caller owns it.</summary>
    public Tensor RandomNumbers()
    {
        using var scope = NewDisposeScope();
        return Read(RandomSection).Values.Single().DetachFromDisposeScope();
    }

    public void Dispose() => _file.Dispose();

    private bool Load(nn.Module model, string section)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var saved = Read(section);
        if (saved.Count > 0)
        {
            model.load_state_dict(saved);
        }

        return saved.Count > 0;
    }

    private Dictionary<string, Tensor> Read(string section) => Content.Tensors
        .Where(entry => entry.Section == section).ToDictionary(entry => entry.Name, entry => entry.Read(_file));

    private static IEnumerable<TensorEntry> Write(
        CheckedFileWriter file, string section, IReadOnlyDictionary<string, Tensor> state) =>
        state.Select(entry => TensorEntry.Write(file, section, entry.Key, entry.Value));
}
