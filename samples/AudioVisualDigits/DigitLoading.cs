using AudioVisualDigits.Data;

namespace AudioVisualDigits;

/// <summary>Makes the digits of a folder, or those that need none.</summary>
/// <param name="folder">The data folder; null for the embedded task.</param>
/// <param name="progress">Receives the finished share, up to 1.</param>
/// <param name="cancellation">Ends the work with an <see cref="OperationCanceledException"/>.</param>
internal delegate AudioVisualDigitSet DigitLoader(
    string? folder, IProgress<double> progress, CancellationToken cancellation);

/// <summary>The digits that the program offers.</summary>
internal static class DigitLoading
{
    /// <inheritdoc cref="DigitLoader"/>
    public static AudioVisualDigitSet Load(
        string? folder, IProgress<double> progress, CancellationToken cancellation) =>
        folder is null
            ? EmbeddedDigits.Generate(progress: progress, cancellation: cancellation)
            : RealDigits.Load(folder, progress, cancellation);
}
