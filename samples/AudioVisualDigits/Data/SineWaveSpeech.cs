namespace AudioVisualDigits.Data;

/// <summary>
/// Says digits with three oscillators on the formants and noise for the fricatives. Test speakers are others than
/// training speakers, and far more: what is learned of the few carries over only in part.
/// </summary>
/// <param name="random">The random numbers of the data set.</param>
internal sealed class SineWaveSpeech(EmbeddedRandom random)
{
    private const int TrainSpeakers = 8;
    private const int TestSpeakers = 60;
    private const int FirstTestSpeaker = 1000;

    private static readonly double[] FormantAmplitudes = [1, 0.6, 0.35];

    /// <summary>Gets who speaks a sample.</summary>
    public int SpeakerOf(int index, bool isTest)
    {
        var draw = random.Of(EmbeddedDraw.Clip, index);
        return isTest ? FirstTestSpeaker + draw.Integer(0, TestSpeakers) : draw.Integer(0, TrainSpeakers);
    }

    /// <summary>Makes the sound of a sample, of unit power.</summary>
    public double[] Make(int index, int digit, bool isTest)
    {
        var utterance = new Utterance(random, index, digit, SpeakerOf(index, isTest));
        var clip = new double[LogMel.ClipLength];
        AddVoice(clip, utterance);
        AddFricatives(clip, utterance, random.Of(EmbeddedDraw.Fricative, index));
        // Unit power over the word, not over the silence around it.
        var wordShare = LogMel.SampleRate * utterance.Duration / clip.Length;
        SignalPower.Divide(clip, SignalPower.RootMeanSquare(clip) / Math.Sqrt(wordShare));
        AddNoise(clip, utterance, random.Of(EmbeddedDraw.SoundNoise, index));
        SignalPower.Normalize(clip);
        return clip;
    }

    private static void AddVoice(double[] clip, Utterance utterance)
    {
        var formantSums = new double[Utterance.Formants];
        for (var n = 0; n < clip.Length; n++)
        {
            var time = Time(n);
            var phase = utterance.VoicedPhase(time);
            for (var k = 0; k < formantSums.Length; k++)
                formantSums[k] += utterance.Frequency(k, phase);
            if (phase is <= 0 or >= 1)
                continue;
            var tone = 0.0;
            for (var k = 0; k < formantSums.Length; k++)
                tone += FormantAmplitudes[k] * Math.Sin(2 * Math.PI * formantSums[k] / LogMel.SampleRate);
            var envelope = Math.Sqrt(Math.Sin(Math.PI * phase));
            clip[n] = tone * envelope * (0.6 + 0.4 * Math.Cos(2 * Math.PI * utterance.Pitch * time));
        }
    }

    private static void AddFricatives(double[] clip, Utterance utterance, CounterRandom random)
    {
        for (var n = 0; n < clip.Length; n++)
        {
            var amplitude = utterance.FricativeAmplitude(Time(n));
            if (amplitude == 0)
                continue;
            var smooth = 0.0;
            for (var back = 0; back < 4; back++)
                smooth += White(random, (n - back + clip.Length) % clip.Length) / 2;
            clip[n] += amplitude * smooth * Math.Cos(2 * Math.PI * utterance.NoiseCenter * Time(n));
        }
    }

    private static void AddNoise(double[] clip, Utterance utterance, CounterRandom random)
    {
        var gain = Math.Pow(10, -utterance.Snr / 20);
        for (var n = 0; n < clip.Length; n++)
            clip[n] += gain * White(random, n);
    }

    // Uniform noise of unit power.
    private static double White(CounterRandom random, int n) => Math.Sqrt(3) * random.Symmetric(n);

    private static double Time(int n) => (double)n / LogMel.SampleRate;
}
