using BenchmarkDotNet.Jobs;
using ModalityBalance.Benchmarks.Solvers;

namespace ModalityBalance.Benchmarks.Tests;

public class SolverTests
{
    [Fact]
    public void The_methods_to_compare_with_solve_the_same_problems()
    {
        var accuracy = Accuracy.OfAll().ToDictionary(entry => entry.Solver, entry => entry.LargestError);

        // Brent stops at 1e-15 of the root, Frank-Wolfe of several at a gap of 1e-6, which leaves weights off by 1e-3.
        accuracy["Lambert W, root finding"].Should().BeLessThan(1e-7);
        accuracy["Min-norm of two, Frank-Wolfe"].Should().BeLessThan(1e-12);
        accuracy["Min-norm of several, Frank-Wolfe"].Should().BeLessThan(1e-2);
        accuracy["Min-norm of several, exact"].Should().BeLessThan(1e-12);
    }

    [Fact]
    public void Every_solver_is_timed()
    {
        using var output = new StringWriter();

        SolversCommand.Measure(Job.Dry, output);

        output.ToString().Should().ContainAll(
            "RootFinding", "Scalar", "Tensor", "FrankWolfe", "Exact", "ClosedForm", "largest error");
    }
}
