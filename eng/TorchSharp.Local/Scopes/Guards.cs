using static TorchSharp.Native.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.Current.Open();

    public static IDisposable no_grad() => new GradModeGuard(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradModeGuard(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradModeGuard(mode);

    public static IDisposable inference_mode(bool mode = true) => new InferenceGuard(mode);

    public static bool is_grad_enabled() => ts_grad_mode() != 0;

    /// <summary>Sets the gradient mode of this thread and restores it when disposed.</summary>
    private sealed class GradModeGuard : IDisposable
    {
        private readonly int _before = ts_grad_mode();

        internal GradModeGuard(bool enabled) => ts_set_grad_mode(enabled ? 1 : 0);

        public void Dispose() => ts_set_grad_mode(_before);
    }

    private sealed class InferenceGuard(bool enabled) : IDisposable
    {
        private nint _handle = ts_inference_begin(enabled ? 1 : 0);

        public void Dispose()
        {
            if (_handle != 0)
            {
                ts_inference_end(_handle);
                _handle = 0;
            }
        }
    }
}
