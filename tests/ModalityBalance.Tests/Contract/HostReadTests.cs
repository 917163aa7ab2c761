using ModalityBalance.Evaluation;
using ModalityBalance.Strategies;
using Mono.Cecil;

namespace ModalityBalance.Tests.Contract;

/// <summary>On a GPU, a step that reads nothing back is queued while the one before still runs. These tests walk the
/// compiled calls from a strategy's <c>ComputeGradients</c>: no method that they reach may read a tensor.</summary>
/// <remarks>A call of an interface or virtual member counts for all its implementations in the library. What the user's
/// model does, and a move by <c>to(device)</c>, are not seen.</remarks>
public sealed class HostReadTests
{
    // Members of TorchSharp that wait for the device: they return numbers, or shapes that depend on numbers.
    private static readonly HashSet<string> Reads =
    [
        "item", "data", "cpu", "get_bytes", "tolist", "equal", "allclose", "is_nonzero", "ToString", "nonzero",
        "nonzero_as_list", "argwhere", "masked_select", "unique", "unique_consecutive", "bincount", "op_Explicit",
        "op_True", "op_False", "ToBoolean", "ToByte", "ToInt16", "ToInt32", "ToInt64", "ToHalf", "ToSingle", "ToDouble",
        "ToComplexFloat32", "ToComplexFloat64", "print", "numpy",
    ];

    // Methods on the way that read, each with its reason.
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["ModalityBalance.Strategies.StateDict::ClaimNumber"] = "a number is read once, in the first step after a checkpoint",
        ["ModalityBalance.Strategies.CLS::ReadSpeeds"] = "the speeds decide which encoders the next step runs",
        ["ModalityBalance.Strategies.CLS::Draw"] = "drawn on the CPU",
        ["ModalityBalance.Strategies.GradientBlending::Weights"] = "kept on the CPU, and read once after a checkpoint",
        ["ModalityBalance.Gradients.SampleCounts::Gather"] = "counts of several processes decide what all of them do",
        ["ModalityBalance.Gradients.TensorBucket::EndSum"] = "which parameters any of several processes has reached",
        ["ModalityBalance.Gradients.ShardedGradientPair::.ctor"] = "which parameters any of several processes has reached",
        ["ModalityBalance.Gradients.TrainingStep::MeanConfidences"] = "kept on the CPU",
        ["ModalityBalance.Tasks.ClassificationTask::CheckRange"] = "labels are read when libtorch has rejected them",
    };

    private static readonly ModuleDefinition Library =
        ModuleDefinition.ReadModule(typeof(IGradientStrategy).Assembly.Location);

    private static readonly TypeDefinition[] Types = [.. Library.GetTypes()];

    public static TheoryData<string> Strategies() =>
        [.. typeof(IGradientStrategy).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IGradientStrategy)) && !type.IsAbstract)
            .Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_step_of_a_strategy_reaches_no_read(string strategy) =>
        ReadsFrom(Method(strategy, nameof(IGradientStrategy.ComputeGradients))).Should().BeEmpty();

    [Fact]
    public void The_walk_passes_through_lambdas_iterators_and_virtual_members()
    {
        // The ties of I2MCL are read in an iterator, scores behind virtual members.
        ReadsFrom(Method(typeof(Evaluator).FullName!, nameof(Evaluator.Evaluate)))
            .Should().Contain(read => read.Contains("ClassificationTask", StringComparison.Ordinal))
            .And.Contain(read => read.Contains("LearningTask", StringComparison.Ordinal));
        ReadsFrom(Method(typeof(I2MCL).FullName!, nameof(I2MCL.GetWarnings))).Should().NotBeEmpty();
    }

    [Fact]
    public void Several_losses_on_one_encoder_read_their_inner_products_only() =>
        ReadsFrom(Method(typeof(MultiTaskGradients).FullName!, nameof(MultiTaskGradients.Compute)))
            .Select(read => read.Split(" calls ")[0]).Distinct()
            .Should().Equal("ModalityBalance.Strategies.MultiTaskObjectives::ReadGram");

    [Fact]
    public void Every_exception_is_still_a_method_that_reads()
    {
        foreach (var name in Exceptions.Keys)
        {
            var parts = name.Split("::");
            Method(parts[0], parts[1]).Body.Instructions.Should().Contain(instruction => IsRead(instruction.Operand));
        }
    }

    private static MethodDefinition Method(string type, string name) =>
        Types.Single(candidate => candidate.FullName == type).Methods.First(method => method.Name == name && method.HasBody);

    private static string NameOf(MethodReference method) => $"{method.DeclaringType.FullName}::{method.Name}";

    private static bool IsRead(object? operand) => operand is MethodReference method
        && method.DeclaringType.Scope.Name == "TorchSharp" && Reads.Contains(method.Name);

    private static List<string> ReadsFrom(MethodDefinition start)
    {
        var reads = new List<string>();
        var reached = new HashSet<MethodDefinition> { start };
        var open = new Queue<MethodDefinition>(reached);
        while (open.TryDequeue(out var method))
        {
            if (Exceptions.ContainsKey(NameOf(method)))
            {
                continue;
            }

            foreach (var operand in method.Body.Instructions.Select(instruction => instruction.Operand))
            {
                if (IsRead(operand))
                {
                    reads.Add($"{NameOf(method)} calls {((MethodReference)operand).Name}");
                }

                foreach (var next in Targets(operand).Where(next => next.HasBody && reached.Add(next)))
                {
                    open.Enqueue(next);
                }
            }
        }

        return reads;
    }

    /// <summary>The methods of the library that an instruction may lead to.</summary>
    private static IEnumerable<MethodDefinition> Targets(object? operand)
    {
        if (operand is not MethodReference reference || reference.DeclaringType.Scope != Library)
        {
            return [];
        }

        var method = reference.Resolve();
        if (method.IsConstructor && method.DeclaringType.IsNested && method.DeclaringType.Name.StartsWith('<'))
        {
            // A lambda's or an iterator's class: whoever makes it will run it.
            return method.DeclaringType.Methods;
        }

        return method.IsVirtual
            ? Types.Where(type => IsA(type, method.DeclaringType)).SelectMany(type => type.Methods).Where(other =>
                other.Name.Split('.')[^1] == method.Name && other.Parameters.Count == method.Parameters.Count)
            : [method];
    }

    private static bool IsA(TypeDefinition type, TypeDefinition ancestor) =>
        type == ancestor
        || (type.BaseType?.Scope == Library && IsA(type.BaseType.Resolve(), ancestor))
        || type.Interfaces.Any(implemented => implemented.InterfaceType.Scope == Library
            && IsA(implemented.InterfaceType.Resolve(), ancestor));
}
