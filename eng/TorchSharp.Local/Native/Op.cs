using System.Runtime.CompilerServices;
using System.Text;
using static TorchSharp.Native.NativeMethods;
using static TorchSharp.torch;

namespace TorchSharp.Native;

/// <summary>
/// An ATen operator, called through the dispatcher with its arguments in schema order. It is looked up at the first call.
/// </summary>
internal sealed unsafe class Op
{
    private const int StackWords = 64;

    private readonly string _name;
    private nint _handle;
    private bool _searched;

    /// <param name="name">The schema name with its overload, like <c>add.Tensor</c>.</param>
    /// <param name="optional">Whether callers do without it where libtorch is too old to have it.</param>
    internal Op(string name, bool optional = false)
    {
        _name = name;
        IsOptional = optional;
    }

    internal bool IsOptional { get; }

    /// <summary>Whether the libtorch in use has this operator.</summary>
    internal bool Exists => Find() != 0;

    /// <summary>A call with one tensor as its result.</summary>
    internal Tensor T(params ReadOnlySpan<Arg> arguments)
    {
        NativeValue result;
        Call(arguments, &result, 1);
        return Take(result)!;
    }

    /// <summary>A call with two tensors as its result.</summary>
    internal (Tensor, Tensor) T2(params ReadOnlySpan<Arg> arguments)
    {
        NativeValue* results = stackalloc NativeValue[2];
        Call(arguments, results, 2);
        return (Take(results[0])!, Take(results[1])!);
    }

    /// <summary>A call with a list of tensors as its result.</summary>
    internal Tensor[] List(params ReadOnlySpan<Arg> arguments)
    {
        NativeValue result;
        Call(arguments, &result, 1);
        var tensors = new Tensor[result.Count];
        for (int i = 0; i < tensors.Length; i++)
        {
            tensors[i] = new Tensor(((nint*)result.Pointer)[i]);
        }
        ts_free(result.Pointer);
        return tensors;
    }

    /// <summary>A call that changes its first argument, which is also its result.</summary>
    internal Tensor InPlace(params ReadOnlySpan<Arg> arguments)
    {
        Run(arguments);
        return (Tensor)arguments[0].Reference!;
    }

    /// <summary>A call whose result, if any, is of no interest.</summary>
    internal void Run(params ReadOnlySpan<Arg> arguments)
    {
        NativeValue result;
        if (Call(arguments, &result, 1) == 1 && result.Tag == Tag.Tensor)
        {
            ts_release(result.Pointer);
        }
    }

    /// <summary>A call with a truth value as its result.</summary>
    internal bool Bool(params ReadOnlySpan<Arg> arguments)
    {
        NativeValue result;
        Call(arguments, &result, 1);
        return result.Integer != 0;
    }

    /// <summary>A call with a number as its result.</summary>
    internal Scalar Number(params ReadOnlySpan<Arg> arguments)
    {
        NativeValue result;
        Call(arguments, &result, 1);
        return new Scalar(result.Tag, result.Integer);
    }

    private static Tensor? Take(in NativeValue value) => value.Tag == Tag.Tensor ? new Tensor(value.Pointer) : null;

    private nint Find()
    {
        if (!_searched)
        {
            int dot = _name.IndexOf('.', StringComparison.Ordinal);
            _handle = dot < 0 ? ts_operator(_name, "") : ts_operator(_name[..dot], _name[(dot + 1)..]);
            _searched = true;
        }
        return _handle;
    }

    [SkipLocalsInit]
    private int Call(ReadOnlySpan<Arg> arguments, NativeValue* results, int capacity)
    {
        nint handle = Find();
        if (handle == 0)
        {
            throw new NotSupportedException($"libtorch {Shim.CompiledVersion()} has no operator aten::{_name}.");
        }
        int words = 0;
        foreach (ref readonly Arg argument in arguments)
        {
            words += argument.Words;
        }
        Span<long> scratch = words <= StackWords ? stackalloc long[StackWords] : new long[words];
        NativeValue* values = stackalloc NativeValue[arguments.Length];
        int returned;
        fixed (long* start = scratch)
        {
            Fill(arguments, values, start);
            returned = ts_call(handle, values, arguments.Length, results, capacity);
        }
        KeepAlive(arguments);
        Shim.Check(returned);
        return returned;
    }

    private static void Fill(ReadOnlySpan<Arg> arguments, NativeValue* values, long* scratch)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            ref readonly Arg argument = ref arguments[i];
            values[i].Tag = argument.Tag;
            values[i].Count = argument.Count;
            values[i].Integer = argument.Bits;
            int words = argument.Words;
            if (words > 0)
            {
                values[i].Pointer = (nint)scratch;
                Copy(argument, scratch);
                scratch += words;
            }
        }
    }

    private static void Copy(in Arg argument, long* scratch)
    {
        switch (argument.Tag)
        {
            case Tag.Ints:
                ((long[])argument.Reference!).CopyTo(new Span<long>(scratch, argument.Count));
                break;
            case Tag.Tensors:
                var tensors = (Tensor?[])argument.Reference!;
                for (int i = 0; i < tensors.Length; i++)
                {
                    scratch[i] = tensors[i] is { } tensor ? tensor.Handle : 0;
                }
                break;
            default:
                Encoding.ASCII.GetBytes((string)argument.Reference!, new Span<byte>(scratch, argument.Count));
                break;
        }
    }

    // A finalizer must not free a tensor during the call; the lists hold on to theirs.
    private static void KeepAlive(ReadOnlySpan<Arg> arguments)
    {
        foreach (ref readonly Arg argument in arguments)
        {
            GC.KeepAlive(argument.Reference);
        }
    }
}
