namespace ModalityBalance.Solvers;

/// <summary>A point of least norm in a convex hull, and how it was found.</summary>
/// <param name="Weights">One weight per vector, in the vectors' order: at least 0 and of sum 1.</param>
/// <param name="SquaredNorm">The squared norm of the point.</param>
/// <param name="Iterations">How many vectors the search took into its active set.</param>
/// <param name="Exit">How the search ended.</param>
public sealed record MinNormSolution(
    IReadOnlyList<double> Weights, double SquaredNorm, int Iterations, MinNormExit Exit);

/// <summary>How a search for the point of least norm ended.</summary>
public enum MinNormExit
{
    /// <summary>No vector has a smaller product with the point than the point itself, to rounding.</summary>
    Optimal,

    /// <summary>
    /// The hull holds zero to working precision: the point is shorter than 1e-7 times the weighted sum of the
    /// vectors' lengths. For gradients: Pareto-stationary.
    /// </summary>
    ZeroInHull,

    /// <summary>Rounding stopped all progress just before the optimality condition was met.</summary>
    Stalled,

    /// <summary>The search took its largest number of iterations without an end.</summary>
    IterationLimit,
}
