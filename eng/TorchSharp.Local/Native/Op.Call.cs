using System.Runtime.CompilerServices;
using System.Text;
using static TorchSharp.Native.NativeMethods;
using static TorchSharp.torch;

namespace TorchSharp.Native;

/// <summary>How arguments reach the shim: lists are copied to the stack, to the heap where they are long.</summary>
internal sealed unsafe partial class Op
{
    private const int StackWords = 64;

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
