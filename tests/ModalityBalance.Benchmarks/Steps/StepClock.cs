using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks.Steps;

/// <summary>Times what a device does: waits for it before the clock starts and before it stops.</summary>
internal sealed class StepClock(DeviceType device)
{
    private long _start;

    public void Start()
    {
        Synchronize();
        _start = Stopwatch.GetTimestamp();
    }

    /// <summary>Milliseconds since the start.</summary>
    public double Stop()
    {
        Synchronize();
        return Stopwatch.GetElapsedTime(_start).TotalMilliseconds;
    }

    private void Synchronize()
    {
        if (device == DeviceType.CUDA)
        {
            cuda.synchronize();
        }
    }
}
