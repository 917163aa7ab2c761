using static TorchSharp.Native.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.Current.Open();

    public static IDisposable no_grad() => new GradModeGuard(false);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradModeGuard(mode);

    public static bool is_grad_enabled() => ts_grad_mode() != 0;

    /// <summary>Sets the gradient mode of this thread and restores it when disposed.</summary>
    private sealed class GradModeGuard : IDisposable
    {
        private readonly int _before = ts_grad_mode();

        internal GradModeGuard(bool enabled) => ts_set_grad_mode(enabled ? 1 : 0);

        public void Dispose() => ts_set_grad_mode(_before);
    }
}
