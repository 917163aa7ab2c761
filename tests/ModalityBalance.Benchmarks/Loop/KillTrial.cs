namespace ModalityBalance.Benchmarks.Loop;

/// <summary>One training that was to be killed.</summary>
/// <param name="Strategy">What it learned by.</param>
/// <param name="KilledAfterSeconds">Since its first checkpoint; null if it ended by itself before.</param>
/// <param name="ResumedAfterStep">Where it went on; null if nothing was left to do.</param>
/// <param name="IsIdentical">Whether it ended bit for bit as the undisturbed one.</param>
internal sealed record KillTrial(
    string Strategy, double? KilledAfterSeconds, long? ResumedAfterStep, bool IsIdentical);
