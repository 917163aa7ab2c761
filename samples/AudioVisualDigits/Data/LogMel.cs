using System.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.IntegralTransforms;

namespace AudioVisualDigits.Data;

/// <summary>The log-mel spectrogram of one second of sound: 32 bands of 32 frames, band by band.</summary>
internal static class LogMel
{
    /// <summary>The rate of the sound, in Hz.</summary>
    public const int SampleRate = 8000;

    /// <summary>The length of the sound, in samples.</summary>
    public const int ClipLength = 8000;

    /// <summary>Mel bands, and as many frames.</summary>
    public const int Side = 32;

    private const int FrameLength = 256;
    private const int FrameStep = ClipLength / Side;
    private const int Bins = FrameLength / 2 + 1;
    private const double Floor = 1e-6;

    private static readonly double[] HannWindow = Window.HannPeriodic(FrameLength);
    private static readonly MelBand[] Bands = MelBand.Filterbank(Side, Bins, (double)SampleRate / FrameLength);

    /// <summary>Computes the spectrogram of a clip.</summary>
    /// <param name="clip">The sound: <see cref="ClipLength"/> samples.</param>
    /// <param name="spectrogram">Receives ln(power + 1e-6), indexed [band, frame].</param>
    public static void Compute(ReadOnlySpan<double> clip, Span<double> spectrogram)
    {
        var frames = new Complex[FrameLength];
        var even = new double[Bins];
        var odd = new double[Bins];
        for (var t = 0; t < Side; t += 2)
        {
            LoadTwoFrames(clip, t, frames);
            Fourier.Forward(frames, FourierOptions.NoScaling);
            SplitPower(frames, even, odd);
            for (var band = 0; band < Side; band++)
            {
                spectrogram[band * Side + t] = Math.Log(Bands[band].Power(even) + Floor);
                spectrogram[band * Side + t + 1] = Math.Log(Bands[band].Power(odd) + Floor);
            }
        }
    }

    // Two real frames share one complex transform, as its real and its imaginary part: half the work.
    private static void LoadTwoFrames(ReadOnlySpan<double> clip, int t, Complex[] frames)
    {
        for (var n = 0; n < FrameLength; n++)
        {
            var position = t * FrameStep + n;
            frames[n] = HannWindow[n] * new Complex(At(clip, position), At(clip, position + FrameStep));
        }
    }

    // The last frame reaches beyond the clip, where there is silence.
    private static double At(ReadOnlySpan<double> clip, int position) => position < ClipLength ? clip[position] : 0;

    private static void SplitPower(Complex[] spectrum, double[] even, double[] odd)
    {
        for (var k = 0; k < Bins; k++)
        {
            var mirrored = Complex.Conjugate(spectrum[(FrameLength - k) % FrameLength]);
            even[k] = ((spectrum[k] + mirrored) / 2).MagnitudeSquared();
            odd[k] = ((spectrum[k] - mirrored) / 2).MagnitudeSquared();
        }
    }
}
