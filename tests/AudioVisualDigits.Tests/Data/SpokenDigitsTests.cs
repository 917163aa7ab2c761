using AudioVisualDigits.Data;

namespace AudioVisualDigits.Tests.Data;

public sealed class SpokenDigitsTests : IDisposable
{
    private static readonly string[] Speakers = ["Zoe", "ann", "bob", "cid", "dan", "eve"];
    private static readonly byte[] Click = WavBytes.Of([100]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Digits first; capitals before small letters; take 2 before take 10.
    [Fact]
    public void Recordings_come_in_order_of_digit_speaker_and_take()
    {
        string[] ordered = ["0_Zoe_2.wav", "0_Zoe_10.wav", "0_ann_0.wav", "1_Zoe_0.wav"];
        foreach (var name in ordered.Reverse())
            _folder.Write(name, Click);
        SpokenDigits.FindNames(_folder.Path).Select(name => name.FileName).Should().Equal(ordered);
    }

    [Fact]
    public void The_first_five_takes_are_the_test_split()
    {
        WriteAll();
        _folder.Write("0_ann_4.wav", WavBytes.Of([200, 0]));
        _folder.Write("0_ann_5.wav", WavBytes.Of([0, 0, 300]));
        var spoken = SpokenDigits.Read(_folder.Path, default);
        spoken.Train.Should().HaveCount(2700);
        spoken.Test.Should().HaveCount(300);
        spoken.Test[9].Should().Equal([Math.Sqrt(2), 0], Close);
        spoken.Train[45].Should().Equal([0, 0, Math.Sqrt(3)], Close);
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        var read = () => SpokenDigits.Read(Path.Combine(_folder.Path, "recordings"), default);
        read.Should().Throw<BadInputException>().WithMessage("*recordings' is missing: a data folder holds*");
    }

    [Fact]
    public void An_empty_folder_is_refused() =>
        Refusal().Should().Contain("must hold WAV files of 6 speakers, but holds 0 files of 0 speakers");

    [Fact]
    public void Missing_recordings_are_counted_and_named()
    {
        foreach (var speaker in Speakers)
            _folder.Write($"0_{speaker}_0.wav", Click);
        Refusal().Should().Contain("2994 are missing, the first of them 0_Zoe_1.wav");
    }

    [Fact]
    public void Recordings_of_more_speakers_are_refused()
    {
        foreach (var speaker in Speakers.Append("fay"))
            _folder.Write($"0_{speaker}_0.wav", Click);
        Refusal().Should().Contain("of 6 speakers, but holds 7 files of 7 speakers");
    }

    [Theory]
    [InlineData("10_ann_1.wav")]
    [InlineData("x_ann_1.wav")]
    [InlineData("1_ann_50.wav")]
    [InlineData("1_ann_07.wav")]
    [InlineData("1_ann.wav")]
    [InlineData("noise.wav")]
    public void A_name_of_another_form_is_refused(string name)
    {
        _folder.Write(name, Click);
        Refusal().Should().Contain(name).And.Contain("must be named {digit}_{speaker}_{take}.wav");
    }

    [Fact]
    public void A_damaged_recording_is_named()
    {
        WriteAll();
        _folder.Write("5_bob_7.wav", Click[..^1]);
        Refusal().Should().Contain("5_bob_7.wav' is truncated");
    }

    private static bool Close(double found, double expected) => Math.Abs(found - expected) < 1e-9;

    private void WriteAll()
    {
        foreach (var digit in Enumerable.Range(0, 10))
            foreach (var speaker in Speakers)
                foreach (var take in Enumerable.Range(0, 50))
                    _folder.Write($"{digit}_{speaker}_{take}.wav", Click);
    }

    private string Refusal()
    {
        var read = () => SpokenDigits.Read(_folder.Path, default);
        return read.Should().Throw<BadInputException>().Which.Message;
    }
}
