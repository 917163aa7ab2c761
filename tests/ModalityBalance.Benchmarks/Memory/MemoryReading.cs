namespace ModalityBalance.Benchmarks.Memory;

/// <summary>What one process saw of itself.</summary>
/// <param name="PeakBytes">Highest resident memory in the steps less the resident memory before them.</param>
/// <param name="ParameterBytes">Of all encoders.</param>
internal sealed record MemoryReading(long PeakBytes, long ParameterBytes);
