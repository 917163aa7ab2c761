namespace ModalityBalance.Benchmarks.Parallel;

/// <summary>A step of one strategy, as process 0 of several saw it.</summary>
/// <param name="Strategy">Its title.</param>
/// <param name="Milliseconds">Median over the rounds.</param>
/// <param name="BytesSent">Per step, as counted for rings.</param>
internal sealed record ParallelStep(string Strategy, double Milliseconds, long BytesSent);
