using MathNet.Numerics.LinearAlgebra;

namespace ModalityBalance.Solvers;

/// <summary>
/// Wolfe's active-set search (Mathematical Programming 11, 1976) for the point of least norm, on the Gram matrix.
/// </summary>
/// <remarks>
/// It works on unit vectors: with lengths l_i and shortest length l, the weights are w_i = v_i d_i where
/// d_i = l / l_i is at most 1, and their sum is d.v = 1. So lengths that differ by many powers of ten do not
/// spoil the equations.
/// </remarks>
internal sealed class MinNormSearch
{
    // Squared length of a point, relative to that of its parts laid end to end, below which inner products of
    // double precision cannot tell the point from zero.
    internal const double ZeroTolerance = 1e-14;

    private const double Epsilon = 2.220446049250313e-16;
    private const int IterationsPerVector = 32;

    private readonly Matrix<double> _cosines;
    private readonly Vector<double> _inverseLengths;
    private readonly double _shortest;
    private readonly List<int> _active = [];
    private Vector<double> _point;

    internal MinNormSearch(double[,] gram)
    {
        var lengths = Matrix<double>.Build.DenseOfArray(gram).Diagonal().PointwiseSqrt();
        var count = lengths.Count;
        _shortest = lengths.Minimum();
        _inverseLengths = _shortest / lengths;
        // Products that were summed in float32 can exceed those of the lengths.
        _cosines = Matrix<double>.Build.Dense(
            count, count, (i, j) => i == j ? 1 : Math.Clamp(gram[i, j] / lengths[i] / lengths[j], -1, 1));
        _point = Vector<double>.Build.Dense(count);
        _active.Add(lengths.MinimumIndex());
        _point[_active[0]] = 1;
    }

    internal MinNormSolution Run()
    {
        var limit = IterationsPerVector * _point.Count;
        var iterations = 0;
        MinNormExit? exit = null;
        while (exit is null)
        {
            exit = FindEnd(out var entering)
                ?? (iterations++ == limit ? MinNormExit.IterationLimit : Enter(entering));
        }

        var weights = _point.PointwiseMultiply(_inverseLengths);
        var squaredNorm = Math.Max(0, _point * (_cosines * _point)) * _shortest * _shortest;
        return new MinNormSolution((weights / weights.Sum()).ToArray(), squaredNorm, iterations, exit.Value);
    }

    // The end, or else the vector whose product with the point falls short of optimality the most.
    private MinNormExit? FindEnd(out int entering)
    {
        var products = _cosines * _point;
        var squaredNorm = _point * products;
        var parts = _point.Sum();
        var slack = products - (_inverseLengths * squaredNorm);
        foreach (var i in _active)
        {
            slack[i] = 0;
        }

        entering = slack.MinimumIndex();
        if (squaredNorm <= ZeroTolerance * parts * parts)
        {
            return MinNormExit.ZeroInHull;
        }

        return slack[entering] >= -Epsilon * _point.Count * parts ? MinNormExit.Optimal : null;
    }

    // Takes a vector in, then moves to the least point of the active vectors' affine hull, and gives up the
    // vectors that the way there leaves behind.
    private MinNormExit? Enter(int entering)
    {
        _active.Add(entering);
        while (_active.Contains(entering))
        {
            var target = LeastInAffineHull();
            var negative = _active.Where(i => target[i] <= 0).ToArray();
            if (negative.Length == 0)
            {
                _point = target;
                return null;
            }

            var blocking = negative.MinBy(i => _point[i] / (_point[i] - target[i]));
            var share = _point[blocking] / (_point[blocking] - target[blocking]);
            _point = (_point + (share * (target - _point))).PointwiseMaximum(0);
            _point[blocking] = 0;
            _active.Remove(blocking);
        }

        return MinNormExit.Stalled;
    }

    // Minimizes v'Cv with d.v = 1 over the active vectors: v is a multiple of (C + dd')^-1 d.
    private Vector<double> LeastInAffineHull()
    {
        var d = Vector<double>.Build.Dense(_active.Count, i => _inverseLengths[_active[i]]);
        var system = Matrix<double>.Build.Dense(
            _active.Count, _active.Count, (i, j) => _cosines[_active[i], _active[j]] + (d[i] * d[j]));
        var solution = system.Solve(d);
        var target = Vector<double>.Build.Dense(_point.Count);
        for (var i = 0; i < _active.Count; i++)
        {
            target[_active[i]] = solution[i] / (d * solution);
        }

        return target;
    }
}
