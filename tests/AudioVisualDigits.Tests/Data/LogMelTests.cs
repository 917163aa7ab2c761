using System.Numerics;
using AudioVisualDigits.Data;

namespace AudioVisualDigits.Tests.Data;

public class LogMelTests
{
    [Fact]
    public void Silence_lies_on_the_floor() =>
        Spectrogram(_ => 0).Should().AllSatisfy(value => value.Should().BeApproximately(Math.Log(1e-6), 1e-12));

    // Tenfold amplitude is hundredfold power; the floor of 1e-6 changes the logarithm by less than 1e-6 in bands
    // whose power is above 1.
    [Fact]
    public void A_louder_sound_is_shifted_by_its_gain()
    {
        var random = new CounterRandom(0, 0);
        var quiet = Spectrogram(random.Symmetric);
        var loud = Spectrogram(n => 10 * random.Symmetric(n));
        for (var j = 0; j < quiet.Length; j++)
            (loud[j] - quiet[j]).Should().BeApproximately(Math.Log(100), 1e-6);
    }

    [Theory]
    [InlineData(250)]
    [InlineData(1000)]
    [InlineData(3000)]
    public void A_tone_is_strongest_in_the_band_around_it(double frequency)
    {
        var spectrogram = Spectrogram(n => Math.Sin(2 * Math.PI * frequency * n / 8000));
        var mel = 2595 * Math.Log10(1 + frequency / 700);
        var spacing = 2595 * Math.Log10(1 + 4000 / 700.0) / 33;
        var strongest = Enumerable.Range(0, 32).MaxBy(band => spectrogram[band * 32 + 16]);
        strongest.Should().BeInRange((int)(mel / spacing) - 1, (int)(mel / spacing));
    }

    // Frames begin at multiples of 250 and are 256 long, so sample 1003 is heard in the frames at 750 and 1000 alone.
    [Fact]
    public void A_click_is_heard_in_the_frames_that_reach_it()
    {
        var spectrogram = Spectrogram(n => n == 1003 ? 1000 : 0);
        var heard = Enumerable.Range(0, 32).Where(frame => spectrogram[20 * 32 + frame] > -10);
        heard.Should().Equal(3, 4);
    }

    // The transform by its definition, band by band; two thousand terms of rounding stay below 1e-10.
    [Fact]
    public void A_frame_equals_its_definition()
    {
        var random = new CounterRandom(5, 5);
        var spectrogram = Spectrogram(random.Symmetric);
        foreach (var frame in new[] { 0, 7, 31 })
        {
            var power = Enumerable.Range(0, 129).Select(bin => Power(random, frame, bin)).ToArray();
            for (var band = 0; band < 32; band++)
            {
                var sum = power.Select((p, bin) => p * Triangle(band, 31.25 * bin)).Sum();
                spectrogram[band * 32 + frame].Should().BeApproximately(Math.Log(sum + 1e-6), 1e-10);
            }
        }
    }

    private static double[] Spectrogram(Func<int, double> sound)
    {
        var spectrogram = new double[32 * 32];
        LogMel.Compute([.. Enumerable.Range(0, 8000).Select(sound)], spectrogram);
        return spectrogram;
    }

    private static double Power(CounterRandom sound, int frame, int bin)
    {
        var sum = Complex.Zero;
        for (var n = 0; n < 256 && 250 * frame + n < 8000; n++)
            sum += sound.Symmetric(250 * frame + n) * (0.5 - 0.5 * Math.Cos(2 * Math.PI * n / 256))
                * Complex.Exp(new Complex(0, -2 * Math.PI * bin * n / 256));
        return sum.Magnitude * sum.Magnitude;
    }

    private static double Triangle(int band, double frequency)
    {
        var step = 2595 * Math.Log10(1 + 4000 / 700.0) / 33;
        double Edge(int k) => 700 * (Math.Pow(10, k * step / 2595) - 1);
        var rising = (frequency - Edge(band)) / (Edge(band + 1) - Edge(band));
        var falling = (Edge(band + 2) - frequency) / (Edge(band + 2) - Edge(band + 1));
        return Math.Max(0, Math.Min(rising, falling));
    }
}
