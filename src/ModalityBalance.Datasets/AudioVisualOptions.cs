namespace ModalityBalance.Datasets;

/// <summary>How recordings become spectrograms and frames. The defaults are those of the published code of OGM-GE (Peng et al.,
/// CVPR 2022), which that of MMPareto shares.</summary>
public sealed record AudioVisualOptions
{
    /// <summary>The sampling rate of the sound in hertz, at least 1. Recordings of another rate are resampled. Defaults to
    /// 22,050.</summary>
    public int SampleRate { get; init; } = 22_050;

    /// <summary>The length of the sound in seconds, finite and above 0. Longer recordings are cut; shorter ones begin again until
    /// it is filled. Defaults to 3.</summary>
    public double Seconds { get; init; } = 3;

    /// <summary>The number of samples in a window of the Fourier transform, at least 2; the spectrogram has half as many
    /// frequencies and one more. Defaults to 512.</summary>
    public int Window { get; init; } = 512;

    /// <summary>The number of samples between two windows, at least 1. Defaults to 353.</summary>
    public int Hop { get; init; } = 353;

    /// <summary>The number of frames of a recording, at least 1, spread evenly over it. Defaults to 1.</summary>
    public int Frames { get; init; } = 1;

    /// <summary>The height and width of a frame in pixels, at least 1. Defaults to 224.</summary>
    public int FrameSize { get; init; } = 224;

    /// <summary>Whether <see cref="AudioVisualClips.Shuffled"/> cuts a random part out of every frame, between 8 % and 100 % of
    /// its area, and mirrors half of them. Defaults to <see langword="true"/>. <see cref="AudioVisualClips.InOrder"/> never
    /// does.</summary>
    public bool VariesFrames { get; init; } = true;

    /// <summary>The number of sound samples of a recording.</summary>
    internal int SoundLength => (int)Math.Round(SampleRate * Seconds);

    internal void Check()
    {
        (bool Good, string Rule)[] rules =
        [
            (SampleRate >= 1, $"SampleRate must be at least 1, but is {SampleRate}."),
            (double.IsFinite(Seconds) && Seconds > 0,
                FormattableString.Invariant($"Seconds must be finite and above 0, but is {Seconds}.")),
            (Window >= 2, $"Window must be at least 2, but is {Window}."),
            (Hop >= 1, $"Hop must be at least 1, but is {Hop}."),
            (Frames >= 1, $"Frames must be at least 1, but is {Frames}."),
            (FrameSize >= 1, $"FrameSize must be at least 1, but is {FrameSize}."),
        ];
        string[] broken = [.. rules.Where(rule => !rule.Good).Select(rule => rule.Rule)];
        if (broken.Length > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, broken));
        }

        if (SoundLength <= Window / 2)
        {
            throw new ArgumentException(
                $"Seconds must be more than half a window, {Window / 2} samples, but is {SoundLength} samples.");
        }
    }
}
