using System.Text.Json;
using ModalityBalance.Storage;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Training;

/// <summary>Tensors in a checkpoint's file.</summary>
public class TensorEntryTests : CheckpointedRuns
{
    private static readonly FileKind Kind = new("checkpoint", "MBCHECK\n"u8.ToArray(), 1);

    [Theory]
    [InlineData(8, 12)]
    [InlineData(28, 8)]
    [InlineData(1000, 1000)]
    public void Long_tensors_are_written_and_read_in_parts(int written, int read)
    {
        using var scope = NewDisposeScope();
        Directory.CreateDirectory(Folder);
        Tensor[] tensors =
        [
            arange(14, dtype: ScalarType.Float32).view(2, 7).t(),
            tensor(5.0),
            zeros(0, 3),
            arange(9, dtype: ScalarType.Int32)[3..],
        ];
        TensorEntry[] entries;
        using (var file = new CheckedFileWriter(Step(1), Kind))
        {
            entries = tensors.Select(tensor => TensorEntry.Write(file, "a", "b", tensor, written)).ToArray();
            file.Commit("{}"u8);
        }

        using var saved = CheckedFile.Open(Step(1), Kind);
        foreach (var (entry, tensor) in entries.Zip(tensors))
        {
            entry.Check();
            var same = entry.Read(saved, read);
            same.dtype.Should().Be(tensor.dtype);
            same.shape.Should().Equal(tensor.shape);
            same.allclose(tensor, rtol: 0, atol: 0).Should().BeTrue();
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32, new long[] { 2, 3 }, 20)]
    [InlineData(ScalarType.Float32, new long[] { -2, -3 }, 24)]
    [InlineData(ScalarType.Float32, new long[] { 1L << 40, 1L << 40 }, 24)]
    [InlineData((ScalarType)99, new long[] { 2, 3 }, 24)]
    public void A_place_that_does_not_fit_the_shape_is_refused(ScalarType dtype, long[] shape, long length)
    {
        var entry = new TensorEntry("model", "weight", dtype, shape, new FileRange(0, length));

        entry.Invoking(wrong => wrong.Check()).Should().Throw<JsonException>();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1")]
    public void A_whole_file_with_an_incomplete_description_is_refused(string description)
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        Directory.CreateDirectory(Folder);
        using (var file = new CheckedFileWriter(Step(1), Kind))
        {
            file.Commit(System.Text.Encoding.UTF8.GetBytes(description));
        }

        FluentActions.Invoking(() => Checkpoint.LoadModel(Step(1), model)).Should().Throw<InvalidDataException>();
        Checkpoint.FindNewest(Folder).Should().BeNull();
    }

    [Fact]
    public void Lengths_below_zero_are_refused()
    {
        byte[] prefix = new CheckedFilePrefix(100, -90).ToBytes(Kind);

        FluentActions.Invoking(() => CheckedFilePrefix.Read(new MemoryStream(prefix), "a", Kind))
            .Should().Throw<InvalidDataException>().WithMessage("'a' is damaged*");
    }
}
