using static TorchSharp.torch;

namespace ModalityBalance.Datasets;

/// <summary>Logarithmic spectrograms of sound.</summary>
internal static class Spectrogram
{
    // Keeps the logarithm of silence finite.
    private const double Floor = 1e-7;

    /// <summary>log(|S| + 1e-7) of the short-time Fourier transform with a Hann window, centered, with zeros beyond the
    /// ends.</summary>
    /// <param name="sound">Samples in [-1, 1], at least one. They are repeated or cut to the length of the options.</param>
    /// <param name="options">Length, window and hop.</param>
    /// <returns>[1, frequencies, windows], float; the caller, or the open dispose scope, owns it.</returns>
    public static Tensor Of(float[] sound, AudioVisualOptions options)
    {
        using var scope = NewDisposeScope();
        float[] filled = [.. Enumerable.Range(0, options.SoundLength).Select(i => Math.Clamp(sound[i % sound.Length], -1, 1))];
        var window = hann_window(options.Window);
        long margin = options.Window / 2;
        var padded = nn.functional.pad(tensor(filled), [margin, margin]);
        var spectrum = stft(
            padded, options.Window, options.Hop, options.Window, window, center: false, return_complex: true);
        return (spectrum.abs() + Floor).log().unsqueeze(0).MoveToOuterDisposeScope();
    }
}
