using Mono.Cecil;

namespace ModalityBalance.Tests;

/// <summary>The folders of the library are namespaces, and each knows only those before it.</summary>
public class RoomTests
{
    private static readonly string[] Rooms =
    [
        "Internal", "Distributed", "Solvers", "Storage", "Tasks", "Data", "Models", "Teachers", "Gradients", "Evaluation", "Strategies",
        "Training", "Diagnosis",
    ];

    private static readonly ModuleDefinition Library =
        ModuleDefinition.ReadModule(typeof(ModalityBalance.Training.Trainer).Assembly.Location);

    [Fact]
    public void Every_type_is_in_a_room() =>
        Own(Library.GetTypes()).Select(RoomOf).Distinct().Should().BeSubsetOf(Rooms);

    [Fact]
    public void Every_room_knows_only_those_before_it() => Arrows()
        .Where(arrow => Array.IndexOf(Rooms, RoomOf(arrow.To)) > Array.IndexOf(Rooms, RoomOf(arrow.From)))
        .Select(arrow => $"{arrow.From.FullName} -> {arrow.To.FullName}").Distinct().Should().BeEmpty();

    [Fact]
    public void The_arrows_that_go_the_right_way_are_found() =>
        Arrows().Select(arrow => $"{RoomOf(arrow.From)} -> {RoomOf(arrow.To)}").Distinct()
            .Should().Contain(["Training -> Strategies", "Strategies -> Gradients", "Diagnosis -> Training"]);

    private static IEnumerable<(TypeReference From, TypeReference To)> Arrows() => Own(Library.GetTypes())
        .SelectMany(type => Mentioned(type).SelectMany(Parts).Where(IsOwn).Select(to => ((TypeReference)type, to)));

    /// <summary>The types in bases, fields, signatures and instructions.</summary>
    private static IEnumerable<TypeReference?> Mentioned(TypeDefinition type)
    {
        var methods = type.Methods.SelectMany(method => method.Parameters.Select(parameter => parameter.ParameterType)
            .Append(method.ReturnType)
            .Concat(method.HasBody ? method.Body.Variables.Select(variable => variable.VariableType) : [])
            .Concat(method.HasBody ? method.Body.Instructions.Select(instruction => Of(instruction.Operand)) : []));
        return [
            type.BaseType,
            .. type.Interfaces.Select(contract => contract.InterfaceType),
            .. type.Fields.Select(field => field.FieldType),
            .. methods,
        ];
    }

    private static TypeReference? Of(object? operand) => operand switch
    {
        TypeReference type => type,
        MemberReference member => member.DeclaringType,
        _ => null,
    };

    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null => [],
        GenericInstanceType generic => [generic.ElementType, .. generic.GenericArguments.SelectMany(Parts)],
        TypeSpecification wrapped => Parts(wrapped.ElementType),
        _ => [type],
    };

    /// <summary>The library's types, with the closures and iterators that the compiler makes of them.</summary>
    private static IEnumerable<TypeDefinition> Own(IEnumerable<TypeDefinition> types) => types.Where(IsOwn);

    private static bool IsOwn(TypeReference type) => NamespaceOf(type).StartsWith("ModalityBalance", StringComparison.Ordinal);

    private static string RoomOf(TypeReference type) => NamespaceOf(type).Replace("ModalityBalance.", "", StringComparison.Ordinal);

    private static string NamespaceOf(TypeReference type) =>
        type.DeclaringType is { } outer ? NamespaceOf(outer) : type.Namespace;
}
