using ModalityBalance.Tasks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Training.Checkpoints;

/// <summary>What must be the same for a run to be resumed, in words.</summary>
/// <param name="Model">Type and shape of every parameter and buffer, by name.</param>
/// <param name="Strategy">Its name.</param>
/// <param name="Task">Its type and number of outputs.</param>
/// <param name="Optimizer">Its type and groups.</param>
/// <param name="Scheduler">Its type and interval.</param>
/// <param name="Data">Description of the training data and its order.</param>
internal sealed record TrainingIdentity(
    IReadOnlyDictionary<string, string> Model,
    string Strategy,
    string Task,
    string Optimizer,
    string Scheduler,
    string Data)
{
    /// <summary>The identity of a run about to begin.</summary>
    public static TrainingIdentity Of(
        TrainingState state, LearningTask task, TrainerOptions options, IBatchSource data) => new(
            OfModule(state.Model.Root),
            state.Strategy.Name,
            $"{task.GetType().Name} of {task.Outputs}",
            OfOptimizer(state.Optimizer),
            state.Rates.Description,
            $"{data.Description}, {options.AccumulatedBatches} per step");

    /// <summary>Type and shape of a module's state, by name.</summary>
    public static Dictionary<string, string> OfModule(nn.Module module)
    {
        using var scope = NewDisposeScope();
        return module.state_dict().ToDictionary(entry => entry.Key, entry => $"{entry.Value.dtype} {entry.Value.Describe()}");
    }

    /// <summary>Refuses a checkpoint of another run.</summary>
    /// <exception cref="InvalidDataException">The message lists all differences.</exception>
    public void CheckSameAs(TrainingIdentity saved, string path)
    {
        string[] differences =
        [
            .. ModelDifferences(Model, saved.Model),
            .. Difference("strategy", Strategy, saved.Strategy),
            .. Difference("task", Task, saved.Task),
            .. Difference("optimizer", Optimizer, saved.Optimizer),
            .. Difference("scheduler", Scheduler, saved.Scheduler),
            .. Difference("training data", Data, saved.Data),
        ];
        Refuse(path, "another training", differences);
    }

    /// <summary>Refuses the weights of another model.</summary>
    /// <exception cref="InvalidDataException">The message lists all differences.</exception>
    public static void CheckSameModel(nn.Module model, TrainingIdentity saved, string path) =>
        Refuse(path, "another model", [.. ModelDifferences(OfModule(model), saved.Model)]);

    private static void Refuse(string path, string ofWhat, string[] differences)
    {
        if (differences.Length > 0)
        {
            throw new InvalidDataException(
                $"'{path}' is a checkpoint of {ofWhat}:{Environment.NewLine}"
                + string.Join(Environment.NewLine, differences.Select(difference => $"- {difference}")));
        }
    }

    private static IEnumerable<string> ModelDifferences(
        IReadOnlyDictionary<string, string> here, IReadOnlyDictionary<string, string> there) =>
        here.Keys.Union(there.Keys).SelectMany(name => Difference(
            $"model's '{name}'", here.GetValueOrDefault(name, "not there"), there.GetValueOrDefault(name, "not there")));

    private static IEnumerable<string> Difference(string what, string here, string there) =>
        here == there ? [] : [$"The {what} is {here}, but in the checkpoint it is {there}."];

    private static string OfOptimizer(optim.Optimizer optimizer)
    {
        var sizes = optimizer.ParamGroups.OfType<ParamGroup>().Select(group => group.Parameters.Count());
        return $"{optimizer.GetType().Name} of groups with {string.Join(", ", sizes)} parameters";
    }
}
