using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class ThreadTests
{
    [Fact]
    public void Threads_have_scopes_and_gradient_modes_of_their_own()
    {
        bool gradient = false;
        long created = -1;
        using var scope = NewDisposeScope();
        using var guard = no_grad();

        RunOnThreads(1, _ =>
        {
            gradient = is_grad_enabled();
            using var x = ones(1);
            created = DisposeScopeManager.Statistics.CreatedInScopeCount;
        });

        gradient.Should().BeTrue();
        created.Should().Be(0);
    }

    [Fact]
    public void Threads_train_side_by_side_without_touching_each_other()
    {
        double[] results = new double[4];

        RunOnThreads(results.Length, index =>
        {
            using var x = tensor((double)index, requires_grad: true);
            for (int i = 0; i < 300; i++)
            {
                using var scope = NewDisposeScope();
                (x * x).backward();
                using var quiet = no_grad();
                x.sub_(x.grad! * 0.01);
                x.grad = null;
                ((Action)(() => _ = ones(2) + ones(3))).Should().Throw<Exception>();
            }
            results[index] = x.item<double>();
        });

        // Each step multiplies by 0.98.
        results.Should().Equal([0, 1, 2, 3], (actual, start) => Math.Abs(actual - start * Math.Pow(0.98, 300)) < 1e-12);
    }

    private static void RunOnThreads(int count, Action<int> work)
    {
        var failures = new List<Exception>();
        Thread[] threads = [.. Enumerable.Range(0, count).Select(index => new Thread(() =>
        {
            try
            {
                work(index);
            }
            catch (Exception failure)
            {
                lock (failures)
                {
                    failures.Add(failure);
                }
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        failures.Should().BeEmpty();
    }
}
