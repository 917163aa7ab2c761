namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static LRScheduler ReduceLROnPlateau(Optimizer optimizer, string mode = "min", double factor = 0.1, int patience = 10,
                double threshold = 1e-4, string threshold_mode = "rel", int cooldown = 0, IList<double>? min_lr = null, double eps = 1e-8,
                bool verbose = false) =>
                new Plateau(optimizer, mode, factor, patience, threshold, threshold_mode, cooldown, min_lr ?? [], eps);

            /// <summary>
            /// Lowers the rates when a metric has not become better for more than a number of epochs. Needs the metric at every step;
            /// does nothing when it is made, and leaves <see cref="LRScheduler.get_last_lr"/> as it is.
            /// </summary>
            private sealed class Plateau : LRScheduler
            {
                private readonly Optimizer _optimizer;
                private readonly Func<double, double, bool> _isBetter;
                private readonly Func<int, double> _least;
                private readonly (double Factor, int Patience, int Cooldown, double Eps) _rule;
                private double _best;
                private int _badEpochs;
                private int _resting;

                internal Plateau(Optimizer optimizer, string mode, double factor, int patience, double threshold, string threshold_mode,
                    int cooldown, IList<double> least, double eps)
                    : base(optimizer)
                {
                    if (factor >= 1)
                    {
                        throw new ArgumentException("Factor should be < 1.0");
                    }
                    _optimizer = optimizer;
                    _rule = (factor, patience, cooldown, eps);
                    _least = group => least.Count switch { 0 => 0, 1 => least[0], _ => least[group] };
                    _best = mode == "min" ? double.PositiveInfinity : double.NegativeInfinity;
                    _isBetter = (mode, threshold_mode) switch
                    {
                        ("min", "rel") => (metric, best) => metric < best * (1 - threshold),
                        ("min", "abs") => (metric, best) => metric < best - threshold,
                        ("max", "rel") => (metric, best) => metric > best * (1 + threshold),
                        ("max", "abs") => (metric, best) => metric > best + threshold,
                        ("min" or "max", _) => throw new ArgumentException($"threshold mode {threshold_mode} is unknown!"),
                        _ => throw new ArgumentException($"mode {mode} is unknown!"),
                    };
                }

                public override void step() => throw WithoutMetric("step()");

                public override void step(int? epoch) => throw WithoutMetric("step(int?)");

                public override void step(double current, int? epoch = null)
                {
                    bool better = _isBetter(current, _best);
                    _best = better ? current : _best;
                    _badEpochs = better || _resting > 0 ? 0 : _badEpochs + 1;
                    _resting = Math.Max(0, _resting - 1);
                    if (_badEpochs > _rule.Patience)
                    {
                        Reduce();
                        (_badEpochs, _resting) = (0, _rule.Cooldown);
                    }
                }

                private void Reduce()
                {
                    int i = 0;
                    foreach (ILearningRateController group in _optimizer.ParamGroups)
                    {
                        double rate = Math.Max(group.LearningRate * _rule.Factor, _least(i++));
                        group.LearningRate = group.LearningRate - rate > _rule.Eps ? rate : group.LearningRate;
                    }
                }

                private static InvalidOperationException WithoutMetric(string call) =>
                    new($"{call} should not be used with the ReduceLROnPlateau scheduler. Use step(double, int?), instead.");
            }
        }
    }
}
