using ModalityBalance.Benchmarks.Scaling;
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
    public void A_line_is_found_and_what_misses_it()
    {
        LinearFit.Of([(2, 7), (4, 11), (6, 15)]).Should().BeEquivalentTo(
            new LinearFit(3, 2, 0), options => options.Using<double>(
                context => context.Subject.Should().BeApproximately(context.Expectation, 1e-12)).WhenTypeIs<double>());
        LinearFit.Of([(0, 1), (1, 3), (2, 1)]).LargestMiss.Should().BeApproximately(0.8, 1e-12);
    }
}
