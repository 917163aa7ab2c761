using System.Net;

namespace TorchSharp.Modules;

/// <summary>
/// Writes an event file for TensorBoard. The file is opened for every event and closed after it: nothing is held between, there is
/// nothing to dispose, and another process reads along.
/// </summary>
public class SummaryWriter
{
    private readonly string _file;

    internal SummaryWriter(string folder, string? suffix)
    {
        LogDir = folder;
        Directory.CreateDirectory(folder);
        string name = $"events.out.tfevents.{DateTime.Now.Ticks}.{Dns.GetHostName()}.{Environment.ProcessId}.1";
        _file = Path.Combine(folder, string.IsNullOrEmpty(suffix) ? name : $"{name}.{suffix}");
        Start();
    }

    public string LogDir { get; }

    /// <summary>Appends a number; the time is in whole seconds since 1970, now by default.</summary>
    public void add_scalar(string tag, float scalar_value, int global_step, long? walltime = null)
    {
        if (!File.Exists(_file))
        {
            Start();
        }
        Append(Event.Scalar(walltime ?? DateTimeOffset.Now.ToUnixTimeSeconds(), global_step, tag, scalar_value));
    }

    private void Start() => Append(Event.Version(DateTimeOffset.Now.ToUnixTimeSeconds()));

    private void Append(byte[] record)
    {
        using var stream = new FileStream(_file, FileMode.Append, FileAccess.Write, FileShare.Read);
        stream.Write(Event.Frame(record));
    }
}
