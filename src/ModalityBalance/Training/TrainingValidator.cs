using System.Runtime.CompilerServices;
using ModalityBalance.Internal;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace ModalityBalance.Training;

/// <summary>Finds what would make training fail or mislead, before it starts.</summary>
internal static class TrainingValidator
{
    // A run disposes its optimizer, so that no second run can use it.
    private static readonly ConditionalWeakTable<Optimizer, object> Used = [];

    /// <summary>Checks options, model, strategy and teachers.</summary>
    /// <exception cref="ArgumentException">The message holds one sentence per problem.</exception>
    public static void Check(
        IMultimodalModel model, LearningTask task, IGradientStrategy strategy, TrainerOptions options)
    {
        string[] findings =
            [.. options.Findings(), .. Findings(model, task, strategy, options.Teachers, options.Epochs)];
        if (findings.Length > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, findings));
        }
    }

    /// <summary>The problems of training a model by a strategy, one sentence each.</summary>
    public static IReadOnlyList<string> Findings(
        IMultimodalModel model, LearningTask task, IGradientStrategy strategy, ITeacherSource? teachers, int epochs) =>
    [
        .. OfStrategy(model, task, strategy, teachers, epochs),
        .. Unregistered(model),
        .. Shared(model),
        .. LeftOver(model),
        .. Tied(model),
        .. strategy.Requirements.HasFlag(StrategyRequirements.Teachers) ? TeachersInStudent(model, teachers) : [],
    ];

    /// <summary>Checks that an optimizer moves parameters of the model, each once, and makes its enumeration of them final.
    /// </summary>
    /// <returns>The optimizer.</returns>
    /// <exception cref="ArgumentException">It is null, was used before, needs a closure, or holds no parameter, one twice, or
    /// one of another model.</exception>
    public static Optimizer CheckOptimizer(Optimizer? optimizer, IMultimodalModel model, IGradientStrategy strategy)
    {
        if (optimizer is null)
        {
            throw new ArgumentException("The Optimizer factory must return an optimizer, but returned null.");
        }

        if (optimizer is LBFGS)
        {
            throw new ArgumentException(
                "Optimizer must make steps from gradients that are already there, but LBFGS evaluates the loss itself: use "
                + "SGD, Adam or another optimizer whose step takes no closure.");
        }

        if (Used.TryGetValue(optimizer, out _))
        {
            throw new ArgumentException(
                "The Optimizer factory must create a new optimizer for every run, but returned one that an earlier run has "
                + "used and freed.");
        }

        foreach (var group in optimizer.ParamGroups.OfType<ParamGroup>())
        {
            group.Parameters = [.. group.Parameters];
        }

        var names = ModelParts.Names(model.Root);
        var held = optimizer.parameters().ToArray();
        int foreign = held.Count(parameter => !names.ContainsKey(parameter));
        if (held.Length == 0 || foreign > 0)
        {
            throw new ArgumentException(
                $"Optimizer must hold parameters of the model only, at least one, but {foreign} of the optimizer's "
                + $"{held.Length} parameters do not belong to the model. Create the optimizer from the model passed to the "
                + "factory.");
        }

        if (names.Keys.FirstOrDefault(one => held.Count(other => ReferenceEquals(one, other)) > 1) is { } twice)
        {
            throw new ArgumentException($"Optimizer must hold each parameter once, but holds '{names[twice]}' again.");
        }

        if (strategy.Requirements.HasFlag(StrategyRequirements.ParameterGroups))
        {
            CheckGroups(optimizer, model, strategy);
        }

        Used.Add(optimizer, optimizer);
        return optimizer;
    }

    /// <summary>The trainable parameters that an optimizer does not move, by name.</summary>
    public static IReadOnlyList<string> LeftOut(Optimizer optimizer, nn.Module root)
    {
        var held = optimizer.parameters().ToHashSet(ModelParts.Comparer);
        return ModelParts.Names(root).Where(entry => entry.Key.requires_grad && !held.Contains(entry.Key))
            .Select(entry => entry.Value).ToArray();
    }

    private static IEnumerable<string> OfStrategy(
        IMultimodalModel model, LearningTask task, IGradientStrategy strategy, ITeacherSource? teachers, int epochs)
    {
        if (model.Modalities.Count < 2)
        {
            yield return $"The model must have at least two modalities, but has {model.Modalities.Count}.";
        }

        if (strategy.Requirements.HasFlag(StrategyRequirements.UnimodalHeads) && !model.HasUnimodalHeads)
        {
            yield return $"{strategy.Name} needs a prediction from each modality alone, but the model has no unimodal heads: "
                + "use late fusion or give the model heads.";
        }

        if (strategy.Requirements.HasFlag(StrategyRequirements.Teachers) && teachers is null)
        {
            yield return $"{strategy.Name} needs unimodal teachers, but the options name none.";
        }

        if (teachers?.Modalities is { } taught && !taught.SequenceEqual(model.Modalities))
        {
            yield return $"The teachers must be of the model's modalities, in their order, {string.Join(", ", model.Modalities)}, "
                + $"but are of {string.Join(", ", taught)}.";
        }

        if (strategy.TurnsPerBatch(model.Modalities.Count) is < 1 and int turns)
        {
            yield return $"{strategy.Name}.TurnsPerBatch must be at least 1, but is {turns}.";
        }

        foreach (string finding in strategy.Validate(new TrainingPlan(model, task, epochs, teachers)))
        {
            yield return finding;
        }
    }

    private static IEnumerable<string> Unregistered(IMultimodalModel model)
    {
        var names = ModelParts.Names(model.Root);
        return from part in ModelParts.Of(model)
               let count = part.Parameters.Count(parameter => !names.ContainsKey(parameter))
               where count > 0
               select $"The model's Root must hold all parameters, but lacks {count} of {part.Name}: register their modules "
                   + "(TorchSharp passes over fields that are arrays or lists of modules).";
    }

    private static IEnumerable<string> Shared(IMultimodalModel model)
    {
        var names = ModelParts.Names(model.Root);
        var parts = ModelParts.Of(model);
        return from i in Enumerable.Range(0, parts.Length)
               from j in Enumerable.Range(i + 1, parts.Length - i - 1)
               let common = parts[i].Parameters.Intersect(parts[j].Parameters, ModelParts.Comparer)
                   .Select(parameter => names.GetValueOrDefault(parameter, parameter.Describe())).ToArray()
               where common.Length > 0
               select $"Each parameter must belong to one part of the model, but {parts[i].Name} and {parts[j].Name} share "
                   + $"{common.Capped()}.";
    }

    private static IEnumerable<string> LeftOver(IMultimodalModel model)
    {
        var owned = ModelParts.Of(model).SelectMany(part => part.Parameters).ToHashSet(ModelParts.Comparer);
        string[] left = [.. ModelParts.Names(model.Root)
            .Where(entry => entry.Key.requires_grad && !owned.Contains(entry.Key)).Select(entry => entry.Value)];
        return left.Length == 0
            ? []
            : ["Every trainable parameter must belong to an encoder or to SharedParameters, but these do not: "
                + $"{left.Capped()}."];
    }

    /// <summary>The trainer makes parameters contiguous, which would part a view from the parameter that it views.</summary>
    private static IEnumerable<string> Tied(IMultimodalModel model)
    {
        var names = ModelParts.Names(model.Root);
        if (names.Keys.All(parameter => parameter.is_contiguous()))
        {
            return [];
        }

        return from byMemory in names.Keys.GroupBy(Memory)
               where byMemory.Key is not null && byMemory.Count() > 1
               from view in byMemory
               where !view.is_contiguous()
               select $"Parameters that share memory must be contiguous, but '{names[view]}' is a transposed or strided view of "
                   + $"'{names[byMemory.First(other => !ReferenceEquals(other, view))]}': use one parameter for both, and transpose it "
                   + "in forward.";

        // Null where TorchSharp has no storage of the type.
        static (string, nint)? Memory(Parameter parameter) => parameter.dtype switch
        {
            ScalarType.Float32 => (parameter.device.ToString(), parameter.storage<float>().data_ptr()),
            ScalarType.Float64 => (parameter.device.ToString(), parameter.storage<double>().data_ptr()),
            _ => null,
        };
    }

    /// <summary>A teacher that learns with its student teaches what the student knows.</summary>
    private static IEnumerable<string> TeachersInStudent(IMultimodalModel model, ITeacherSource? teachers)
    {
        if (teachers is not OnlineTeachers { Model: { } network })
        {
            return [];
        }

        var own = model.Root.modules().ToHashSet<nn.Module>(ReferenceEqualityComparer.Instance);
        var names = ModelParts.Names(model.Root);
        string[] shared =
        [
            .. network.Root.named_modules().Where(entry => own.Contains(entry.module) && HasState(entry.module))
                .Select(entry => entry.name),
            .. network.Root.parameters().Where(names.ContainsKey).Select(parameter => names[parameter]),
        ];
        return shared.Length == 0
            ? []
            : [$"Teachers must not share modules or parameters with the student, but share {shared.Capped()}: use copies."];

        static bool HasState(nn.Module module) => module.parameters().Any() || module.buffers().Any();
    }

    private static void CheckGroups(Optimizer optimizer, IMultimodalModel model, IGradientStrategy strategy)
    {
        foreach (var group in optimizer.ParamGroups.OfType<ParamGroup>())
        {
            int[] encoders = [.. Enumerable.Range(0, model.Modalities.Count)
                .Where(m => model.EncoderParameters(m).Any(Holds(group)))];
            var owned = encoders.SelectMany(m => model.EncoderParameters(m).Concat(model.HeadParameters(m)))
                .ToHashSet(ModelParts.Comparer);
            if (encoders.Length > 1 || (encoders.Length == 1 && !group.Parameters.All(owned.Contains)))
            {
                string others = encoders.Length > 1 ? $"and of '{model.Modalities[encoders[1]]}'" : "and shared ones";
                throw new ArgumentException(
                    $"Optimizer must keep every encoder in parameter groups of its own, because {strategy.Name} scales their "
                    + $"learning rates, but one group holds parameters of '{model.Modalities[encoders[0]]}' {others}.");
            }
        }

        static Func<Parameter, bool> Holds(ParamGroup group) => parameter => group.Parameters.Contains(parameter, ModelParts.Comparer);
    }
}
