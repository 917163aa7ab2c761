namespace AudioVisualDigits.Data;

/// <summary>How one speaker says one word in one clip: drawn once, then read for each moment.</summary>
internal sealed class Utterance
{
    /// <summary>The number of formants, and of targets that each glides through.</summary>
    public const int Formants = 3;

    private const double FricativeShare = 0.2; // Of the word, at each end that has one.
    private const double HighestFormant = 3900; // Hz.

    private readonly double[] _targets;
    private readonly double _start;
    private readonly double _onset;
    private readonly double _offset;

    public Utterance(EmbeddedRandom random, int index, int digit, int speaker)
    {
        var word = Words.Digits[digit];
        var voice = random.Of(EmbeddedDraw.Voice, speaker);
        var accent = random.Of(EmbeddedDraw.Accent, speaker).Gaussians(1 + 10 * word.Formants.Count);
        var clip = random.Of(EmbeddedDraw.Clip, index);
        var jitter = random.Of(EmbeddedDraw.FormantJitter, index).Gaussians(word.Formants.Count);
        var vocalTract = Math.Exp(0.2 * accent[0]);
        _targets = [.. word.Formants.Select((frequency, k) => frequency * vocalTract
            * Math.Exp(0.24 * accent[1 + word.Formants.Count * digit + k] + 0.03 * jitter[k]))];
        _onset = word.Onset;
        _offset = word.Offset;
        NoiseCenter = word.NoiseCenter * vocalTract;
        Duration = (0.45 + 0.2 * voice.Uniform(1)) * (1 + 0.1 * clip.Symmetric(1));
        _start = clip.Uniform(2) * (1 - Duration);
        Pitch = 100 * Math.Pow(2, 1.2 * voice.Uniform(0)) * (1 + 0.05 * clip.Symmetric(3));
        Snr = 10 + 10 * clip.Uniform(4);
    }

    /// <summary>Gets how long the word lasts, in seconds.</summary>
    public double Duration { get; }

    /// <summary>Gets the frequency of the voice, in Hz.</summary>
    public double Pitch { get; }

    /// <summary>Gets the center of the fricatives, in Hz.</summary>
    public double NoiseCenter { get; }

    /// <summary>Gets the ratio of the word's power to that of the noise in the clip, in dB.</summary>
    public double Snr { get; }

    /// <summary>Gets how far the voiced part has come: 0 to 1 within it.</summary>
    public double VoicedPhase(double time)
    {
        var before = _onset > 0 ? FricativeShare : 0;
        var after = _offset > 0 ? FricativeShare : 0;
        return (WordPhase(time) - before) / (1 - before - after);
    }

    /// <summary>Gets a formant in Hz, where the voiced part has come to a phase.</summary>
    public double Frequency(int formant, double voicedPhase)
    {
        var position = 2 * Math.Clamp(voicedPhase, 0, 1);
        var target = position < 1 ? 0 : 1;
        var from = _targets[Formants * target + formant];
        var to = _targets[Formants * (target + 1) + formant];
        return Math.Min(from + (to - from) * (position - target), HighestFormant);
    }

    /// <summary>Gets the amplitude of the fricative at a moment, 0 outside.</summary>
    public double FricativeAmplitude(double time) => WordPhase(time) switch
    {
        > 0 and < FricativeShare => _onset,
        > 1 - FricativeShare and < 1 => _offset,
        _ => 0,
    };

    private double WordPhase(double time) => (time - _start) / Duration;
}
