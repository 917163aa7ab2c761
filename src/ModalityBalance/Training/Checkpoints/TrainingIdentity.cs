using System.Globalization;
using ModalityBalance.Data;
using ModalityBalance.Internal;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>The properties that must be the same for a run to be resumed, in words.</summary>
/// <param name="Model">Type and shape of every parameter and buffer, by name.</param>
/// <param name="Strategy">Its name and settings.</param>
/// <param name="Task">Its type and number of outputs.</param>
/// <param name="Optimizer">Its type and groups.</param>
/// <param name="Places">Where the optimizer holds each parameter, by name.</param>
/// <param name="Scheduler">Its type and interval, and the warm-up.</param>
/// <param name="Clipping">The bound on the gradient.</param>
/// <param name="Data">Description of the training data and its order.</param>
internal sealed record TrainingIdentity(
    IReadOnlyDictionary<string, string> Model,
    string Strategy,
    string Task,
    string Optimizer,
    IReadOnlyDictionary<string, string> Places,
    string Scheduler,
    string Clipping,
    string Data)
{
    private const int MostNamed = 8;

    /// <summary>The identity of a run about to begin.</summary>
    public static TrainingIdentity Of(
        IMultimodalModel model,
        IGradientStrategy strategy,
        optim.Optimizer optimizer,
        string scheduler,
        LearningTask task,
        TrainerOptions options,
        IBatchSource data) => new(
            OfModule(model.Root),
            strategy.Description,
            task.Description,
            OfOptimizer(optimizer),
            PlacesOf(optimizer, model.Root),
            scheduler,
            options.MaxGradientNorm?.ToString(CultureInfo.InvariantCulture) ?? "none",
            $"{data.Description}, {options.BatchesPerStep} per step");

    /// <summary>Type and shape of a module's state, by name.</summary>
    public static Dictionary<string, string> OfModule(nn.Module module)
    {
        using var scope = NewDisposeScope();
        return module.state_dict().ToDictionary(entry => entry.Key, entry => $"{entry.Value.dtype} {entry.Value.Describe()}");
    }

    /// <summary>Refuses a checkpoint of another run.</summary>
    /// <exception cref="InvalidDataException">The message lists all differences.</exception>
    public void CheckSameAs(TrainingIdentity saved, string path) =>
        Refuse(path, "another training", DifferencesFrom(saved, "in the checkpoint"));

    /// <summary>Everything in which another run differs, one sentence each.</summary>
    /// <param name="other">The other run.</param>
    /// <param name="where">Where it is.</param>
    public string[] DifferencesFrom(TrainingIdentity other, string where) =>
    [
        .. Differences("model's", Model, other.Model, where),
        .. Difference("strategy", Strategy, other.Strategy, where),
        .. Difference("task", Task, other.Task, where),
        .. Difference("optimizer", Optimizer, other.Optimizer, where),
        .. Optimizer == other.Optimizer ? Differences("optimizer's", Places, other.Places, where) : [],
        .. Difference("scheduler", Scheduler, other.Scheduler, where),
        .. Difference("bound on the gradient", Clipping, other.Clipping, where),
        .. Difference("training data", Data, other.Data, where),
    ];

    /// <summary>Refuses the weights of another model.</summary>
    /// <exception cref="InvalidDataException">The message lists all differences.</exception>
    public static void CheckSameModel(nn.Module model, TrainingIdentity saved, string path) =>
        Refuse(path, "another model", [.. Differences("model's", OfModule(model), saved.Model, "in the checkpoint")]);

    private static void Refuse(string path, string ofWhat, string[] differences)
    {
        if (differences.Length > 0)
        {
            throw new InvalidDataException(
                $"'{path}' is a checkpoint of {ofWhat}:{Environment.NewLine}"
                + string.Join(Environment.NewLine, differences.Select(difference => $"- {difference}")));
        }
    }

    /// <summary>The first differences by name, and how many more there are.</summary>
    private static IEnumerable<string> Differences(
        string whose, IReadOnlyDictionary<string, string> here, IReadOnlyDictionary<string, string> there, string where)
    {
        string[] all = here.Keys.Union(there.Keys).SelectMany(name => Difference(
            $"{whose} '{name}'", here.GetValueOrDefault(name, "not there"), there.GetValueOrDefault(name, "not there"), where))
            .ToArray();
        return all.Length <= MostNamed
            ? all
            : all.Take(MostNamed - 1).Append($"And {all.Length - MostNamed + 1} more of the {whose}.");
    }

    private static IEnumerable<string> Difference(string what, string here, string there, string where) =>
        here == there ? [] : [$"The {what} is {here}, but {where} it is {there}."];

    /// <summary>The place of each parameter in the optimizer, by name: its state is saved in this order.</summary>
    private static Dictionary<string, string> PlacesOf(optim.Optimizer optimizer, nn.Module root)
    {
        var names = ModelParts.Names(root);
        return optimizer.ParamGroups.OfType<ParamGroup>().SelectMany((group, i) => group.Parameters
                .Select((parameter, place) => (Name: names[parameter], Place: $"in place {place} of group {i}")))
            .ToDictionary(entry => entry.Name, entry => entry.Place);
    }

    private static string OfOptimizer(optim.Optimizer optimizer)
    {
        var sizes = optimizer.ParamGroups.OfType<ParamGroup>().Select(group => group.Parameters.Count());
        return $"{optimizer.GetType().Name} of groups with {string.Join(", ", sizes)} parameters";
    }
}
