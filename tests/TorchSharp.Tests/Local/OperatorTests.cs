using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Local;

public class OperatorTests
{
    public static TheoryData<string> Names =>
        [.. typeof(Ops).GetFields(BindingFlags.Static | BindingFlags.NonPublic).Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_operator_is_in_this_libtorch(string name)
    {
        var op = (Op)typeof(Ops).GetField(name, BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null)!;

        op.Exists.Should().BeTrue();
    }

    [Fact]
    public void An_unknown_operator_is_named_in_the_error()
    {
        using var x = ones(1);

        new Op("no_such.thing").Invoking(op => op.T(x)).Should().Throw<NotSupportedException>().WithMessage("*aten::no_such.thing*");
    }

    [Fact]
    public void An_argument_of_the_wrong_type_is_told_by_its_declaration()
    {
        using var x = ones(1);

        Ops.Transpose.Invoking(op => op.T(x, "a", 1L)).Should().Throw<ExternalException>()
            .WithMessage("aten::transpose.int: argument 1 must be int dim0.");
        Ops.Neg.Invoking(op => op.T(x, x)).Should().Throw<ExternalException>().WithMessage("*takes 1 arguments, not 2*");
        Ops.Transpose.Invoking(op => op.T(x)).Should().Throw<ExternalException>().WithMessage("*argument 1*");
    }

    [Fact]
    public void Lists_longer_than_the_stack_holds_are_passed_whole()
    {
        using var scope = NewDisposeScope();
        Tensor[] parts = [.. Enumerable.Range(0, 1000).Select(i => tensor((long)i))];

        stack(parts).Values().Should().Equal(Enumerable.Range(0, 1000).Select(i => (double)i));
    }
}
