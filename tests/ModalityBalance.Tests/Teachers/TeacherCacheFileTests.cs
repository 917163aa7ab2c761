using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Teachers;
using ModalityBalance.Tests.Support;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Teachers;

public class TeacherCacheFileTests
{
    [Fact]
    public void A_file_cut_short_at_any_byte_is_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var teachers = Taught.Teachers();
        string path = Taught.Cache(folder, teachers, Toy.Data(samples: 20));
        var whole = File.ReadAllBytes(path);
        var random = new Random(6);
        var lengths = Enumerable.Range(0, 40).Concat(Enumerable.Range(0, 300).Select(_ => random.Next(whole.Length)));

        foreach (int length in lengths.Append(whole.Length - 1))
        {
            File.WriteAllBytes(path, whole[..length]);
            Opening(path).Should().Throw<InvalidDataException>().WithMessage("*is cut short*");
        }

        File.WriteAllBytes(path, [.. whole, 0]);
        Opening(path).Should().Throw<InvalidDataException>().WithMessage("*is too long*");
    }

    [Fact]
    public void A_bit_changed_anywhere_is_noticed()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var teachers = Taught.Teachers();
        string path = Taught.Cache(folder, teachers, Toy.Data(samples: 20));
        var whole = File.ReadAllBytes(path);
        var random = new Random(8);
        var places = Enumerable.Range(0, 64).Concat(Enumerable.Range(0, 500).Select(_ => random.Next(whole.Length)));

        foreach (int place in places)
        {
            var changed = whole.ToArray();
            changed[place] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, changed);
            string[] damage = place switch
            {
                < 8 => ["is not a teacher cache"],
                < 12 => ["format version 1, but is of version"],
                < 24 => ["is cut short", "is too long", "lengths must be at least 0"],
                _ => ["does not match its checksum"],
            };
            Opening(path).Should().Throw<InvalidDataException>()
                .Which.Message.Should().ContainAny(damage, $"byte {place} was changed");
        }
    }

    [Fact]
    public void Other_data_is_refused_with_what_is_different()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var teachers = Taught.Teachers();
        var data = Toy.Data();
        string path = Taught.Cache(folder, teachers, data);
        var all = data.InOrder(96).Batches(0).Single();
        void Refused(MultimodalDataset other, string message) => Opening(path, teachers, other.InOrder(32))
            .Should().Throw<InvalidDataException>().WithMessage($"*other data: {message}*");

        Refused(Toy.Data(samples: 95), "it holds 96 samples, but the data has 95");
        Refused(Toy.Data(modalities: 3), "it holds 2 modalities, but the data has 3");
        Refused(Toy.Data(dtype: ScalarType.Float64), "the inputs of 'm0' differ");
        var input = all.Inputs[1].Tensors[0].clone();
        input[95, 6] += 1e-6;
        Refused(new MultimodalDataset([all.Inputs[0], input], all.Targets, Toy.Task), "the inputs of 'm1' differ");
        var targets = all.Targets.clone();
        targets[50] = (targets[50] + 1).remainder(Toy.Classes);
        Refused(new MultimodalDataset(all.Inputs, targets, Toy.Task), "the targets differ");
        var present = new PresenceMask(new bool[96, 2]);
        Refused(new MultimodalDataset(all.Inputs, all.Targets, Toy.Task, present), "other samples lack a modality");
    }

    [Fact]
    public void Other_teachers_are_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var teachers = Taught.Teachers();
        var data = Toy.Data();
        string path = Taught.Cache(folder, teachers, data);
        using (var other = Taught.Teachers(seed: 12))
        {
            Opening(path, other).Should().Throw<InvalidDataException>()
                .WithMessage("*other teachers: their parameters*");
        }

        using (var more = Taught.Teachers(modalities: 3))
        {
            Opening(path, more).Should().Throw<InvalidDataException>()
                .WithMessage("*other teachers: of m0, m1, not of m0, m1, m2*");
        }

        // One batch in training mode moves the statistics of the normalization, and nothing else.
        Opening(path, teachers).Should().NotThrow();
        using var noGrad = no_grad();
        teachers.Encode(0, data.Select([1, 2, 3]).Inputs[0]);
        Opening(path, teachers).Should().Throw<InvalidDataException>().WithMessage("*buffers differ*");
    }

    [Fact]
    public void The_batches_in_which_data_comes_do_not_matter_nor_does_a_mask_without_gaps()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var teachers = Taught.Teachers();
        var data = Toy.Data();
        string path = Taught.Cache(folder, teachers, data);
        var all = data.InOrder(96).Batches(0).Single();
        var present = new bool[96, 2];
        for (int i = 0; i < 96; i++)
        {
            (present[i, 0], present[i, 1]) = (true, true);
        }

        Opening(path, teachers, data.InOrder(1)).Should().NotThrow();
        Opening(path, teachers, data.InOrder(96)).Should().NotThrow();
        var masked = new MultimodalDataset(all.Inputs, all.Targets, Toy.Task, new PresenceMask(present));
        Opening(path, teachers, masked.InOrder(32)).Should().NotThrow();
        Opening(path).Should().NotThrow("nothing was asked");
    }

    [Theory]
    [InlineData("an error in the data", "third batch")]
    [InlineData("a cancellation", "*")]
    [InlineData("data out of order", "*indices 0, 1, 2 ...*")]
    [InlineData("data without indices", "*sample indices, but gives none*")]
    [InlineData("no data", "*at least one batch*")]
    [InlineData("a teacher gone astray", "*'m1' must give finite outputs*sample 0*")]
    public void A_write_that_fails_leaves_everything_as_it_was(string failure, string message)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var teachers = Taught.Teachers();
        var data = Toy.Data();
        string path = Taught.Cache(folder, teachers, data);
        var before = File.ReadAllBytes(path);
        using var source = new CancellationTokenSource();
        if (failure == "a teacher gone astray")
        {
            using var noGrad = no_grad();
            teachers.Head(1).parameters().Last().fill_(double.NaN);
        }

        ((Action)(() => TeacherCache.Write(
            path, teachers, Toy.Task, new Failing(data, failure, source), CPU, source.Token)))
            .Should().Throw<Exception>().WithMessage(message);

        File.ReadAllBytes(path).Should().Equal(before);
        Directory.GetFiles(folder.Path).Should().Equal(path);
        teachers.modules().Should().OnlyContain(part => part.training);
    }

    [Fact]
    public void Rows_of_another_shape_or_type_than_the_first_are_refused()
    {
        var field = RecordField.Of("logits of 'm0'", ones(2, 3));

        field.Invoking(f => f.Check(ones(4, 3))).Should().NotThrow();
        field.Invoking(f => f.Check(ones(2, 4))).Should().Throw<ArgumentException>()
            .WithMessage("The logits of 'm0' must be Float32 of shape [3]*but are Float32 of shape [4] in one batch.");
        field.Invoking(f => f.Check(ones(2, 3, dtype: ScalarType.Float64))).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void A_place_that_cannot_be_written_or_read_is_an_error()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var teachers = Taught.Teachers();
        using var headless = Toy.Model(fusion: "concat", heads: false);
        var data = Toy.Data(samples: 8).InOrder(8);
        string nowhere = Path.Combine(folder.Path, "nowhere", "toy.teachers");

        ((Action)(() => TeacherCache.Write(nowhere, teachers, Toy.Task, data, CPU)))
            .Should().Throw<DirectoryNotFoundException>();
        Opening(Path.Combine(folder.Path, "none")).Should().Throw<FileNotFoundException>();
        ((Action)(() => TeacherCache.Write(folder.Path, teachers, Toy.Task, data, CPU))).Should().Throw<Exception>()
            .Which.Should().Match(error => error is IOException || error is UnauthorizedAccessException);
        ((Action)(() => TeacherCache.Write(Path.Combine(folder.Path, "x"), headless, Toy.Task, data, CPU)))
            .Should().Throw<ArgumentException>().WithMessage("*unimodal heads*");
        Directory.GetFileSystemEntries(folder.Path).Should().BeEmpty();
        Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(folder.Path) + ".*").Should().BeEmpty();
    }

    [Fact]
    public void An_open_cache_keeps_its_content_when_its_file_is_replaced()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var teachers = Taught.Teachers();
        var data = Toy.Data();
        string path = Taught.Cache(folder, teachers, data);
        using var cache = TeacherCache.Open(path, teachers, null);
        var batch = data.Select([3, 1]);
        var before = Taught.Rows(cache.For(batch).Logits[0]);

        using var other = Taught.Teachers(seed: 12);
        Taught.Cache(folder, other, data);

        Taught.Rows(cache.For(batch).Logits[0]).Should().BeEquivalentTo(before);
        using var replaced = TeacherCache.Open(path, other, null);
        Taught.Rows(replaced.For(batch).Logits[0]).Should().NotBeEquivalentTo(before);
    }

    private static Action Opening(string path, IMultimodalModel? teachers = null, IBatchSource? data = null) =>
        () => TeacherCache.Open(path, teachers, data).Dispose();

    /// <summary>The data, until something happens.</summary>
    private sealed class Failing(MultimodalDataset data, string failure, CancellationTokenSource source) : IBatchSource
    {
        public int? BatchCount => null;

        public IEnumerable<MultimodalBatch> Batches(int epoch) => failure switch
        {
            "no data" => [],
            "data out of order" => data.Shuffled(16, 1).Batches(epoch),
            "a teacher gone astray" => data.InOrder(16).Batches(epoch),
            _ => data.InOrder(16).Batches(epoch).Select(Changed),
        };

        private MultimodalBatch Changed(MultimodalBatch batch, int index) => (failure, index) switch
        {
            ("an error in the data", 2) => throw new InvalidOperationException("third batch"),
            ("a cancellation", 2) => Canceled(batch),
            ("data without indices", 2) => new MultimodalBatch(batch.Inputs, batch.Targets),
            _ => batch,
        };

        private MultimodalBatch Canceled(MultimodalBatch batch)
        {
            source.Cancel();
            return batch;
        }
    }
}
