using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace ModalityBalance.Internal;

/// <summary>Keeps two threads from changing the mode or gradients of one module at once.</summary>
internal sealed class ModuleUse : IDisposable
{
    private static readonly ConditionalWeakTable<nn.Module, ModuleUse> Uses = [];

    private int _thread;
    private int _depth;

    /// <summary>Claims a module for the calling thread until the result is disposed. A thread may claim it again.</summary>
    /// <exception cref="InvalidOperationException">Another thread has it.</exception>
    public static IDisposable Claim(nn.Module module)
    {
        var use = Uses.GetValue(module, _ => new ModuleUse());
        lock (use)
        {
            if (use._depth > 0 && use._thread != Environment.CurrentManagedThreadId)
            {
                throw new InvalidOperationException(
                    $"'{module.GetName()}' must be used by one thread at a time, but another thread is training or evaluating "
                    + "it. Use a copy of the model for each thread.");
            }

            (use._thread, use._depth) = (Environment.CurrentManagedThreadId, use._depth + 1);
        }

        return use;
    }

    public void Dispose()
    {
        lock (this)
        {
            _depth--;
        }
    }
}
