using AudioVisualDigits.Data;

namespace AudioVisualDigits.Tests.Data;

public class NoisySpeechTests
{
    private static readonly double[] Tone = [.. Enumerable.Range(0, 3000).Select(n => Math.Sin(0.3 * n))];

    [Theory]
    [InlineData(1)]
    [InlineData(3000)]
    [InlineData(8000)]
    [InlineData(20_000)]
    public void The_sound_lasts_a_second_and_has_unit_power_however_long_the_recording(int length)
    {
        double[] recording = [.. Enumerable.Range(0, length).Select(n => Math.Cos(0.2 * n))];
        var clip = Speech(recording).Make(17, digit: 3, isTest: true);
        clip.Should().HaveCount(8000);
        clip.Average(x => x * x).Should().BeApproximately(1, 1e-12);
    }

    // With a silent recording the sound is the noise alone, of unit power. Most of a clip is noise, in one ratio to
    // it; what is left without it is the recording.
    [Fact]
    public void The_recording_is_0_to_5_decibels_louder_than_the_noise()
    {
        for (var index = 0; index < 20; index++)
        {
            var noise = Speech(new double[3000]).Make(index, digit: 1, isTest: true);
            var clip = Speech(Tone).Make(index, digit: 1, isTest: true);
            var ratio = clip.Zip(noise, (sound, silence) => sound / silence).Order().ElementAt(4000);
            var power = clip.Zip(noise, (sound, silence) => sound / ratio - silence).Sum(x => x * x) / Tone.Length;
            var expected = 5 * new CounterRandom(3, index).Uniform(0);
            (10 * Math.Log10(power)).Should().BeApproximately(expected, 1e-9);
        }
    }

    [Fact]
    public void A_sample_is_paired_with_a_recording_of_its_digit()
    {
        for (var index = 0; index < 100; index++)
            NoisySpeech.RecordingOf(index, digit: 4, recordings: 300).Should().BeInRange(120, 149);
    }

    private static NoisySpeech Speech(double[] test) =>
        new([.. Enumerable.Repeat(Tone, 10)], [.. Enumerable.Repeat(test, 10)]);
}
