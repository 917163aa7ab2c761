namespace AudioVisualDigits.Data;

/// <summary>Counts finished samples of several threads and passes on each whole percent, in order.</summary>
/// <param name="target">Receives the finished share, up to 1; null for nobody.</param>
/// <param name="start">The share that was finished before the first sample.</param>
/// <param name="total">The number of samples.</param>
internal sealed class SampleProgress(IProgress<double>? target, double start, int total)
{
    private readonly Lock _gate = new();
    private int _finished;

    /// <summary>Counts one more sample.</summary>
    public void Advance()
    {
        lock (_gate)
        {
            var percent = Percent(_finished++);
            if (Percent(_finished) > percent)
                target?.Report(start + (1 - start) * _finished / total);
        }
    }

    private int Percent(int finished) => (int)(100L * finished / total);
}
