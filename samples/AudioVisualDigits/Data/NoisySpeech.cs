namespace AudioVisualDigits.Data;

/// <summary>Pairs each image with a fixed recording of its digit, in fixed noise, half white and half babble.</summary>
/// <param name="train">Recordings of unit power for training samples and for all babble, in order of digit.</param>
/// <param name="test">Recordings of unit power for test samples, in order of digit.</param>
internal sealed class NoisySpeech(IReadOnlyList<double[]> train, IReadOnlyList<double[]> test)
{
    private const int BabbleVoices = 4;
    private const double HighestSnr = 5; // dB; the lowest is 0.

    // Each stream of random numbers draws one thing.
    private enum Draw
    {
        Recording = 1,
        Offset = 2,
        Snr = 3,
        White = 4,
        BabbleRecording = 5,
        BabbleStart = 6,
    }

    /// <summary>Gets which recording of its split a sample is paired with.</summary>
    /// <param name="index">The sample.</param>
    /// <param name="digit">Its digit.</param>
    /// <param name="recordings">The number of recordings in the split, equally many of each digit.</param>
    public static int RecordingOf(int index, int digit, int recordings)
    {
        var perDigit = recordings / AudioVisualDigitSet.Classes;
        return digit * perDigit + Random(Draw.Recording, index).Integer(0, perDigit);
    }

    /// <summary>Makes the noisy sound of a sample, of unit power.</summary>
    public double[] Make(int index, int digit, bool isTest)
    {
        var split = isTest ? test : train;
        var recording = split[RecordingOf(index, digit, split.Count)];
        var clip = Place(recording, Random(Draw.Offset, index));
        var noise = Noise(index);
        var snr = HighestSnr * Random(Draw.Snr, index).Uniform(0);
        var gain = Math.Pow(10, -snr / 20);
        for (var n = 0; n < clip.Length; n++)
            clip[n] += gain * noise[n];
        SignalPower.Normalize(clip);
        return clip;
    }

    // A recording shorter than the clip lies somewhere in silence, a longer one is cut. What is heard of it gets
    // unit power: the silence around it does not count for the signal-to-noise ratio.
    private static double[] Place(double[] samples, CounterRandom random)
    {
        var clip = new double[LogMel.ClipLength];
        var length = Math.Min(samples.Length, clip.Length);
        var offset = random.Integer(0, Math.Abs(samples.Length - clip.Length) + 1);
        var isLonger = samples.Length > clip.Length;
        var active = clip.AsSpan(isLonger ? 0 : offset, length);
        samples.AsSpan(isLonger ? offset : 0, length).CopyTo(active);
        SignalPower.Normalize(active);
        return clip;
    }

    private double[] Noise(int index)
    {
        var noise = Random(Draw.White, index).Gaussians(LogMel.ClipLength);
        var babble = Babble(index);
        SignalPower.Normalize(noise);
        SignalPower.Normalize(babble);
        for (var n = 0; n < noise.Length; n++)
            noise[n] = Math.Sqrt(0.5) * (noise[n] + babble[n]);
        SignalPower.Normalize(noise);
        return noise;
    }

    private double[] Babble(int index)
    {
        var babble = new double[LogMel.ClipLength];
        for (var voice = 0; voice < BabbleVoices; voice++)
        {
            var samples = train[Random(Draw.BabbleRecording, index).Integer(voice, train.Count)];
            var position = Random(Draw.BabbleStart, index).Integer(voice, samples.Length);
            for (var n = 0; n < babble.Length; n++)
            {
                babble[n] += samples[position];
                position = position + 1 < samples.Length ? position + 1 : 0;
            }
        }
        return babble;
    }

    private static CounterRandom Random(Draw draw, int index) => new((long)draw, index);
}
