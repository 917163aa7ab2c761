using static TorchSharp.Native.NativeMethods;
using static TorchSharp.torch;

namespace TorchSharp.Native;

/// <summary>
/// An ATen operator, called through the dispatcher with its arguments in schema order. It is looked up at the first call.
/// </summary>
internal sealed unsafe partial class Op
{
    private readonly string _name;
    private nint _handle;
    private bool _searched;

    /// <param name="name">The schema name with its overload, like <c>add.Tensor</c>.</param>
    internal Op(string name) => _name = name;

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
        if (!Volatile.Read(ref _searched))
        {
            int dot = _name.IndexOf('.', StringComparison.Ordinal);
            _handle = dot < 0 ? ts_operator(_name, "") : ts_operator(_name[..dot], _name[(dot + 1)..]);
            // After the handle, also in the eyes of another thread.
            Volatile.Write(ref _searched, true);
        }
        return _handle;
    }
}
