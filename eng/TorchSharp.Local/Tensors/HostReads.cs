namespace TorchSharp;

/// <summary>
/// Counts what makes a program wait for its device, on the calling thread. On the CPU nothing waits, so that this is how
/// tests see that a step would not wait on a GPU either. For tests alone; the published TorchSharp has nothing like it.
/// </summary>
internal static class HostReads
{
    [ThreadStatic]
    private static long _values;

    [ThreadStatic]
    private static long _moves;

    /// <summary>Reads of values (item, data, bytes, conversions to numbers, comparisons) and shapes that depend on
    /// values (indices by a mask).</summary>
    internal static long Values => _values;

    /// <summary>Calls that bring a tensor to the CPU, also one that is there already.</summary>
    internal static long Moves => _moves;

    internal static void AddValue() => _values++;

    /// <summary>How many places a mask selects is known to its device alone.</summary>
    internal static void AddMasks(torch.Tensor?[] indices) =>
        _values += indices.Count(index => index?.dtype == torch.ScalarType.Bool);

    internal static void AddMove(DeviceType target) => _moves += target == DeviceType.CPU ? 1 : 0;
}
