using ModalityBalance.Data;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using ModalityBalance.Tests.Support;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Teachers;

public class TeacherCacheTests
{
    private static readonly Dictionary<string, LearningTask> Tasks = new()
    {
        ["classes"] = Toy.Task,
        ["value"] = new RegressionTask(sigmoid: true),
        ["labels"] = new MultiLabelTask(4),
    };

    [Theory]
    [InlineData("classes", ScalarType.Float32)]
    [InlineData("classes", ScalarType.Float64)]
    [InlineData("value", ScalarType.Float32)]
    [InlineData("labels", ScalarType.Float32)]
    public void It_gives_back_what_the_teachers_said_bit_for_bit_in_any_order(string name, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var task = Tasks[name];
        var data = Data(task, dtype);
        using var teachers = Taught.Teachers(outputs: task.Outputs, dtype: dtype);
        string path = Taught.Cache(folder, teachers, data, task);

        using var cache = TeacherCache.Open(path, teachers, data.InOrder(32));

        var direct = Enumerable.Range(0, 2).Select(m => Taught.Direct(teachers, data, task, m)).ToArray();
        var random = new Random(3);
        for (int round = 0; round < 20; round++)
        {
            var samples = Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.NextInt64(data.Count)).ToArray();
            var outputs = cache.For(data.Select(samples));
            for (int m = 0; m < 2; m++)
            {
                Taught.Rows(outputs.Representations[m]).Should().BeEquivalentTo(
                    samples.Select(sample => direct[m].Representations[sample]), exact => exact.WithStrictOrdering());
                Taught.Rows(outputs.Logits[m]).Should().BeEquivalentTo(
                    samples.Select(sample => direct[m].Logits[sample]), exact => exact.WithStrictOrdering());
                outputs.Logits[m].shape.Should().Equal(samples.Length, task.Outputs);
                outputs.Logits[m].dtype.Should().Be(dtype);

                // A sum in another order, in double.
                outputs.Confidences[m].Should().BeApproximately(
                    samples.Average(sample => direct[m].Confidences[sample]), 1e-14);
            }
        }

        cache.OverallConfidences.Zip(direct).Should().OnlyContain(
            pair => Math.Abs(pair.First - pair.Second.Confidences.Average()) < 1e-14);
        cache.Count.Should().Be(data.Count);
        cache.Modalities.Should().Equal("m0", "m1");
    }

    [Fact]
    public void Its_outputs_belong_to_the_callers_scope_and_nothing_else_is_left_there()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var teachers = Taught.Teachers();
        var data = Toy.Data();
        using var cache = TeacherCache.Open(Taught.Cache(folder, teachers, data), teachers, data.InOrder(32));
        var batch = data.Select([5, 1]);
        for (int i = 0; i < 100; i++)
        {
            using var step = NewDisposeScope();
            var outputs = cache.For(batch);
            step.DisposablesCount.Should().Be(4);
            outputs.Representations.Should().OnlyContain(z => !z.requires_grad);
        }
    }

    [Fact]
    public void Absent_modalities_are_left_out_when_writing_and_when_reading()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var teachers = Taught.Teachers();
        var data = WithGaps(Toy.Data(samples: 30));
        var whole = Toy.Data(samples: 30);

        using var cache = TeacherCache.Open(Taught.Cache(folder, teachers, data), teachers, data.InOrder(7));

        var own = Taught.Direct(teachers, whole, Toy.Task, 1);
        var outputs = cache.For(data.Select([4, 5, 6, 8]));
        Taught.Rows(outputs.Representations[1])[0].Should().OnlyContain(b => b == 0, "sample 4 lacks it");

        // Those that have it were encoded in smaller batches than here.
        outputs.Confidences[1].Should().BeApproximately((own.Confidences[5] + own.Confidences[6]) / 2, 1e-6);
        cache.OverallConfidences[1].Should().BeApproximately(
            own.Confidences.Where((_, sample) => sample % 4 != 0).Average(), 1e-6);
        cache.For(data.Select([0, 4])).Confidences[1].Should().Be(double.NaN);
        cache.Invoking(c => c.For(whole.Select([3, 4])))
            .Should().Throw<ArgumentException>().WithMessage("*sample 4 must lack 'm1'*");
    }

    [Fact]
    public void A_batch_may_lack_more_than_the_cache()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var teachers = Taught.Teachers();
        var data = Toy.Data();
        using var cache = TeacherCache.Open(Taught.Cache(folder, teachers, data), teachers, data.InOrder(32));
        var whole = data.Select([7, 9]);
        var masked = new MultimodalBatch(
            whole.Inputs, whole.Targets, new PresenceMask(new[,] { { true, true }, { false, true } }), [7, 9]);

        var outputs = cache.For(masked);

        outputs.Logits[0][1].eq(0).all().item<bool>().Should().BeTrue();
        outputs.Logits[0][0].eq(cache.For(whole).Logits[0][0]).all().item<bool>().Should().BeTrue();
        outputs.Confidences[0].Should().Be(cache.For(data.Select([7])).Confidences[0]);
        outputs.Confidences[1].Should().Be(cache.For(whole).Confidences[1]);
    }

    [Fact]
    public void Batches_that_it_cannot_serve_are_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var teachers = Taught.Teachers();
        var data = Toy.Data();
        var cache = TeacherCache.Open(Taught.Cache(folder, teachers, data), teachers, data.InOrder(32));
        var batch = data.Select([5, 6]);
        void Refused(MultimodalBatch given, string message) => cache.Invoking(c => c.For(given))
            .Should().Throw<ArgumentException>().WithMessage(message);

        Refused(new MultimodalBatch(batch.Inputs, batch.Targets), "*sample indices*has none*");
        Refused(new MultimodalBatch(batch.Inputs, batch.Targets, null, [5, 96]), "*[0, 95]*one is 96*");
        Refused(new MultimodalBatch(batch.Inputs, batch.Targets, null, [-1, 6]), "*one is -1*");
        Refused(new MultimodalBatch(batch.Inputs, batch.Targets, null, [5, 7]), "*targets*sample 7*");
        Refused(
            new MultimodalBatch(batch.Inputs, batch.Targets.to(ScalarType.Float32), null, [5, 6]), "*targets*Float32*");
        Refused(Toy.Batch(modalities: 3), "*2 modalities*(m0, m1)*holds 3*");

        cache.Dispose();
        cache.Invoking(c => c.For(batch)).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public void Several_threads_may_read_at_once()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var teachers = Taught.Teachers();
        var data = Toy.Data();
        using var cache = TeacherCache.Open(Taught.Cache(folder, teachers, data), teachers, data.InOrder(32));
        var batches = data.Shuffled(16, 1).Batches(0).ToArray();
        var expected = batches.Select(batch => Taught.Rows(cache.For(batch).Logits[0])).ToArray();

        int equal = 0;

        Parallel.For(0, 800, i =>
        {
            using var own = NewDisposeScope();
            var rows = Taught.Rows(cache.For(batches[i % 6]).Logits[0]);
            if (rows.Zip(expected[i % 6]).All(pair => pair.First.SequenceEqual(pair.Second)))
            {
                Interlocked.Increment(ref equal);
            }
        });

        equal.Should().Be(800);
    }

    private static MultimodalDataset Data(LearningTask task, ScalarType dtype)
    {
        var inputs = Toy.Data(samples: 64, dtype: dtype).InOrder(64).Batches(0).Single().Inputs;
        random.manual_seed(21);
        var targets = task switch
        {
            RegressionTask => rand(64, dtype: dtype),
            MultiLabelTask => rand(64, task.Outputs).gt(0.5).to(dtype),
            _ => arange(64, dtype: ScalarType.Int64).remainder(task.Outputs),
        };
        return new MultimodalDataset(inputs, targets, task);
    }

    /// <summary>Every fourth sample lacks the second modality; its input there is not a number.</summary>
    private static MultimodalDataset WithGaps(MultimodalDataset data)
    {
        var whole = data.InOrder((int)data.Count).Batches(0).Single();
        var present = new bool[data.Count, 2];
        var input = whole.Inputs[1].Tensors[0].clone();
        for (int i = 0; i < data.Count; i++)
        {
            (present[i, 0], present[i, 1]) = (true, i % 4 != 0);
            if (i % 4 == 0)
            {
                input[i] = float.NaN;
            }
        }

        return new MultimodalDataset([whole.Inputs[0], input], whole.Targets, Toy.Task, new PresenceMask(present));
    }
}
