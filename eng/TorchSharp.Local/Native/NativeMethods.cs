using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>The exports of native/shim.cpp.</summary>
internal static unsafe partial class NativeMethods
{
    // Set up before the first call into the shim, whichever that is.
    static NativeMethods() => Shim.Load();

    [LibraryImport(Shim.Name)] internal static partial void ts_start();
    [LibraryImport(Shim.Name)] internal static partial byte* ts_last_error();
    [LibraryImport(Shim.Name)] internal static partial byte* ts_compiled_version();
    [LibraryImport(Shim.Name)] internal static partial byte* ts_loaded_configuration();
    [LibraryImport(Shim.Name)] internal static partial void ts_free(nint memory);

    [LibraryImport(Shim.Name, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint ts_operator(string name, string overload);
    [LibraryImport(Shim.Name)]
    internal static partial int ts_call(nint op, NativeValue* values, int count, NativeValue* results, int capacity);

    [LibraryImport(Shim.Name)] internal static partial void ts_retain(nint tensor);
    [LibraryImport(Shim.Name)] internal static partial void ts_release(nint tensor);
    [LibraryImport(Shim.Name), SuppressGCTransition] internal static partial long ts_rank(nint tensor);
    [LibraryImport(Shim.Name), SuppressGCTransition] internal static partial long ts_count(nint tensor);
    [LibraryImport(Shim.Name), SuppressGCTransition] internal static partial void ts_sizes(nint tensor, long* sizes);
    [LibraryImport(Shim.Name), SuppressGCTransition] internal static partial void ts_strides(nint tensor, long* strides);
    [LibraryImport(Shim.Name), SuppressGCTransition] internal static partial int ts_dtype(nint tensor);
    [LibraryImport(Shim.Name), SuppressGCTransition] internal static partial int ts_device_type(nint tensor);
    [LibraryImport(Shim.Name), SuppressGCTransition] internal static partial int ts_device_index(nint tensor);
    [LibraryImport(Shim.Name), SuppressGCTransition] internal static partial int ts_is_contiguous(nint tensor);
    [LibraryImport(Shim.Name)] internal static partial nint ts_data(nint tensor);

    [LibraryImport(Shim.Name), SuppressGCTransition] internal static partial int ts_requires_grad(nint tensor);
    [LibraryImport(Shim.Name)] internal static partial int ts_set_requires_grad(nint tensor, int value);
    [LibraryImport(Shim.Name)] internal static partial int ts_is_leaf(nint tensor);
    [LibraryImport(Shim.Name)] internal static partial int ts_retain_grad(nint tensor);
    [LibraryImport(Shim.Name)] internal static partial nint ts_grad(nint tensor);
    [LibraryImport(Shim.Name)] internal static partial int ts_set_grad(nint tensor, nint grad);
    [LibraryImport(Shim.Name)]
    internal static partial int ts_backward(nint[] tensors, long count, nint[]? grads, long gradCount,
        int retainGraph, int createGraph, nint[]? inputs, long inputCount);
    [LibraryImport(Shim.Name)]
    internal static partial int ts_autograd_grad(nint[] outputs, long count, nint[] inputs, long inputCount,
        nint[]? grads, long gradCount, int retainGraph, int createGraph, int allowUnused, [Out] nint[] results);
    [LibraryImport(Shim.Name), SuppressGCTransition] internal static partial int ts_grad_mode();
    [LibraryImport(Shim.Name), SuppressGCTransition] internal static partial void ts_set_grad_mode(int enabled);

    [LibraryImport(Shim.Name)] internal static partial nint ts_generator(int deviceType, int deviceIndex, int isDefault);
    [LibraryImport(Shim.Name)] internal static partial void ts_generator_release(nint generator);
    [LibraryImport(Shim.Name)] internal static partial int ts_generator_set_seed(nint generator, ulong seed);
    [LibraryImport(Shim.Name)] internal static partial nint ts_generator_state(nint generator);
    [LibraryImport(Shim.Name)] internal static partial int ts_generator_set_state(nint generator, nint state);
    [LibraryImport(Shim.Name)] internal static partial int ts_manual_seed(ulong seed);
    [LibraryImport(Shim.Name)] internal static partial int ts_threads();
    [LibraryImport(Shim.Name)] internal static partial int ts_set_threads(int count);
    [LibraryImport(Shim.Name)] internal static partial int ts_cuda_count();
    [LibraryImport(Shim.Name)] internal static partial int ts_cuda_synchronize(int deviceIndex);
}
