using AudioVisualDigits.Data;

namespace AudioVisualDigits.Tests.Data;

public sealed class IdxFileTests : IDisposable
{
    private static readonly byte[] TwoByThree = IdxBytes.Of([2, 3], [1, 2, 3, 4, 5, 6]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_unpacked_file_gives_its_values() =>
        IdxFile.Read(_folder.Write("a", TwoByThree), 2, 3).Should().Equal(1, 2, 3, 4, 5, 6);

    [Fact]
    public void A_packed_file_gives_its_values_whatever_its_name() =>
        IdxFile.Read(_folder.Write("a", IdxBytes.Gzip(TwoByThree)), 2, 3).Should().Equal(1, 2, 3, 4, 5, 6);

    [Fact]
    public void Another_type_of_value_is_refused()
    {
        byte[] integers = [0, 0, 0x0C, 2, .. TwoByThree[4..]];
        Refusal(integers).Should().Contain("must be an IDX file of unsigned bytes of rank 2").And.Contain("00000C02");
    }

    [Fact]
    public void Another_rank_is_refused() =>
        Refusal(IdxBytes.Of([6], [1, 2, 3, 4, 5, 6]))
            .Should().Contain("begins with 00000802, but begins with 00000801");

    [Fact]
    public void An_empty_file_is_refused() => Refusal([]).Should().Contain("begins with nothing");

    [Fact]
    public void A_text_file_is_refused() => Refusal("<html>"u8.ToArray()).Should().Contain("begins with 3C68746D");

    [Fact]
    public void Other_dimensions_are_refused() =>
        Refusal(IdxBytes.Of([3, 2], [1, 2, 3, 4, 5, 6])).Should().Contain("must have the dimensions 2x3, but has 3x2");

    [Fact]
    public void Negative_dimensions_are_refused() =>
        Refusal(IdxBytes.Of([2, -3], [])).Should().Contain("but has 2x4294967293");

    [Fact]
    public void A_cut_header_is_refused() =>
        Refusal(TwoByThree[..9]).Should().Contain("is truncated: it must continue for 12 bytes, but ends after 9");

    [Fact]
    public void Too_few_values_are_refused() =>
        Refusal(TwoByThree[..^1]).Should().Contain("is truncated: it must continue for 6 bytes, but ends after 5");

    [Fact]
    public void Too_many_values_are_refused() =>
        Refusal([.. TwoByThree, 7]).Should().Contain("must end after 6 values, but continues");

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(12)]
    public void A_cut_gzip_file_is_refused(int bytes) =>
        Refusal(IdxBytes.Gzip(TwoByThree)[..^bytes]).Should().ContainAny("is truncated", "must be a whole gzip file");

    [Fact]
    public void A_gzip_file_with_a_wrong_checksum_is_refused()
    {
        var packed = IdxBytes.Gzip(TwoByThree);
        packed[^6] ^= 0xFF;
        Refusal(packed).Should().Contain("must be a whole gzip file");
    }

    [Fact]
    public void A_folder_in_place_of_the_file_is_refused()
    {
        var read = () => IdxFile.Read(_folder.Path, 2, 3);
        read.Should().Throw<BadInputException>().WithMessage("*must be readable, but reading failed*");
    }

    private string Refusal(byte[] content)
    {
        var path = _folder.Write("file", content);
        var read = () => IdxFile.Read(path, 2, 3);
        return read.Should().Throw<BadInputException>().WithMessage($"'{path}'*").Which.Message;
    }
}
