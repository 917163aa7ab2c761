using AudioVisualDigits.Data;

namespace AudioVisualDigits.Tests.Data;

public sealed class WavFileTests : IDisposable
{
    private static readonly byte[] FormatChunk = WavBytes.Chunk("fmt ", WavBytes.Format());
    private static readonly byte[] DataChunk = WavBytes.Chunk("data", [0, 0x40, 0, 0x80]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Samples_are_shares_of_the_full_scale() =>
        Read(WavBytes.Of([0, 16384, -32768, 32767])).Should().Equal(0, 0.5, -1, 32767 / 32768.0);

    [Fact]
    public void Other_chunks_are_passed_over_with_their_padding() =>
        Read(WavBytes.Riff(WavBytes.Chunk("LIST", [1, 2, 3]), FormatChunk, WavBytes.Chunk("fact", [9]), DataChunk))
            .Should().Equal(0.5, -1);

    [Fact]
    public void A_format_chunk_may_be_longer() =>
        Read(WavBytes.Riff(WavBytes.Chunk("fmt ", [.. WavBytes.Format(), 0, 0]), DataChunk)).Should().Equal(0.5, -1);

    [Fact]
    public void What_follows_the_samples_is_no_sample() =>
        Read(WavBytes.Riff(FormatChunk, DataChunk, WavBytes.Chunk("LIST", [1, 2]))).Should().Equal(0.5, -1);

    [Fact]
    public void Another_rate_is_refused() =>
        Refusal(WavBytes.Of([1], rate: 16000)).Should().Contain("8000 Hz").And.Contain("at 16000 Hz");

    [Fact]
    public void Another_width_is_refused() =>
        Refusal(WavBytes.Of([1], bits: 8)).Should().Contain("1 channel of 16 bits").And.Contain("of 8 bits");

    [Fact]
    public void Stereo_is_refused() => Refusal(WavBytes.Of([1, 2], channels: 2)).Should().Contain("with 2 of 16 bits");

    [Fact]
    public void Another_encoding_is_refused() =>
        Refusal(WavBytes.Of([1], format: 3)).Should().Contain("PCM (format 1)").And.Contain("but is format 3");

    [Fact]
    public void A_file_of_another_kind_is_refused() =>
        Refusal("OggS, and so on"u8.ToArray()).Should().Contain("must be a RIFF WAVE file");

    [Fact]
    public void A_file_too_short_for_its_header_is_refused() =>
        Refusal(WavBytes.Of([1])[..10]).Should().Contain("must be a RIFF WAVE file");

    [Fact]
    public void A_cut_file_is_refused() => Refusal(WavBytes.Of([1, 2, 3, 4])[..^3]).Should()
        .Contain("is truncated: its data chunk must hold 8 bytes, but the file ends after 5");

    [Fact]
    public void A_file_without_a_format_is_refused() =>
        Refusal(WavBytes.Riff(DataChunk)).Should().Contain("must have a fmt chunk");

    [Fact]
    public void A_short_format_is_refused() => Refusal(WavBytes.Riff(WavBytes.Chunk("fmt ", [1, 0]), DataChunk))
        .Should().Contain("fmt chunk of at least 16 bytes, but it has 2");

    [Fact]
    public void A_file_without_samples_is_refused() =>
        Refusal(WavBytes.Riff(FormatChunk)).Should().Contain("must have a data chunk");

    [Fact]
    public void An_empty_recording_is_refused() => Refusal(WavBytes.Of([])).Should().Contain("but holds 0 bytes");

    [Fact]
    public void Half_a_sample_is_refused() =>
        Refusal(WavBytes.Riff(FormatChunk, WavBytes.Chunk("data", [1, 2, 3]))).Should().Contain("but holds 3 bytes");

    // A length near 2^32 must not wrap around and send the reader back to the start.
    [Fact]
    public void A_chunk_of_absurd_length_is_refused()
    {
        byte[] endless = [.. "LIST"u8, 0xF8, 0xFF, 0xFF, 0xFF];
        Refusal(WavBytes.Riff(endless, FormatChunk, DataChunk)).Should().Contain("must have a fmt chunk");
    }

    private double[] Read(byte[] content) => WavFile.Read(_folder.Write("recording.wav", content));

    private string Refusal(byte[] content)
    {
        var read = () => Read(content);
        return read.Should().Throw<BadInputException>().WithMessage("'*recording.wav'*").Which.Message;
    }
}
