using System.Text;
using static TorchSharp.torch.utils;

namespace TorchSharp.Tests;

public sealed class SummaryWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("events").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Scalars_can_be_read_back_in_order()
    {
        var writer = tensorboard.SummaryWriter(_folder);

        writer.add_scalar("train/loss", 0.25f, 0, walltime: 1_700_000_000);
        writer.add_scalar("train/α_größe", float.NaN, 300);
        writer.add_scalar(new string('x', 200), -1e30f, int.MaxValue);

        var entries = EventFile.Read(Directory.GetFiles(_folder).Should().ContainSingle().Subject);
        entries.Select(entry => entry.Version).Should().Equal("brain.Event:2", null, null, null);
        entries[1].Should().Be(new EventFile.Entry(1_700_000_000, 0, null, "train/loss", 0.25f));
        entries.Skip(2).Select(entry => (entry.Step, entry.Tag, entry.Value)).Should().Equal(
            (300, "train/α_größe", float.NaN), (int.MaxValue, new string('x', 200), -1e30f));
        DateTimeOffset.UnixEpoch.AddSeconds(entries[2].Time).Should()
            .BeCloseTo(DateTimeOffset.Now, TimeSpan.FromMinutes(5), "it is the present in seconds");
    }

    [Fact]
    public void The_file_is_whole_after_every_scalar_and_in_nobodys_hands()
    {
        var writer = tensorboard.SummaryWriter(Path.Combine(_folder, "a", "b"), "suffix");

        writer.add_scalar("x", 1, 1);

        writer.LogDir.Should().Be(Path.Combine(_folder, "a", "b"));
        string file = Directory.GetFiles(writer.LogDir).Should().ContainSingle().Subject;
        Path.GetFileName(file).Should().StartWith("events.out.tfevents.").And.EndWith(".suffix");
        EventFile.Read(file).Should().HaveCount(2);
        File.Delete(file);
        writer.add_scalar("x", 2, 2);
        EventFile.Read(file).Select(entry => entry.Step).Should().Equal([0, 2], "the file was begun anew");
    }

    [Fact]
    public void Runs_can_have_folders_of_their_own()
    {
        var writer = tensorboard.SummaryWriter(_folder, createRunName: true);

        Path.GetDirectoryName(writer.LogDir).Should().Be(_folder);
        Directory.GetFiles(writer.LogDir).Should().ContainSingle();
    }

    [Fact]
    public void The_readers_checksum_is_the_published_one()
    {
        // RFC 3720, appendix B.4, and the check value of the catalogues.
        EventFile.Crc32C(Encoding.ASCII.GetBytes("123456789")).Should().Be(0xE3069283);
        EventFile.Crc32C(new byte[32]).Should().Be(0x8A9136AA);
        EventFile.Crc32C([.. Enumerable.Range(0, 32).Select(i => (byte)i)]).Should().Be(0x46DD794E);
    }
}
