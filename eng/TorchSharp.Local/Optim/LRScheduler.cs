namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            /// <summary>Sets the learning rate of every group once per epoch; the first time when it is made.</summary>
            public abstract class LRScheduler
            {
                protected int _step_count;

                private readonly Optimizer _optimizer;
                private readonly double[] _baseRates;
                private readonly double[] _lastRates;
                private int _epoch;

                protected LRScheduler(Optimizer optimizer, int last_epoch = -1, bool verbose = false)
                {
                    _optimizer = optimizer;
                    _epoch = last_epoch;
                    _baseRates = [.. optimizer.ParamGroups.Select(group => group.InitialLearningRate)];
                    _lastRates = [.. optimizer.ParamGroups.Select(group => group.LearningRate)];
                }

                public virtual void step() => step(null);

                /// <summary>The next epoch, or the given one straight from the base rates.</summary>
                public virtual void step(int? epoch)
                {
                    _step_count++;
                    _epoch = epoch ?? _epoch + 1;
                    double[] rates = [.. epoch is null ? get_lr() : get_closed_form_lr()];
                    int i = 0;
                    foreach (ILearningRateController group in _optimizer.ParamGroups)
                    {
                        group.LearningRate = _lastRates[i] = rates[i];
                        i++;
                    }
                }

                /// <summary>Ignores the metric.</summary>
                public virtual void step(double current, int? epoch = null) => step(epoch);

                public IEnumerable<double> get_last_lr() => _lastRates;

                protected virtual IEnumerable<double> get_lr() => Rates((_, rate, _) => rate);

                protected virtual IEnumerable<double> get_closed_form_lr() => get_lr();

                /// <summary>A function of the base rate, the present rate and the epoch, for each group.</summary>
                private protected IEnumerable<double> Rates(Func<double, double, int, double> rate) =>
                    _optimizer.ParamGroups.Select((group, i) => rate(_baseRates[i], group.LearningRate, _epoch));
            }

            /// <summary>A schedule told by its step from one epoch to the next and by its closed form.</summary>
            private sealed class Schedule : LRScheduler
            {
                private readonly Func<double, double, int, double> _next;
                private readonly Func<double, double, int, double> _closed;

                internal Schedule(Optimizer optimizer, int last_epoch, Func<double, double, int, double> next, Func<double, double, int, double> closed)
                    : base(optimizer, last_epoch)
                {
                    _next = next;
                    _closed = closed;
                    step();
                }

                protected override IEnumerable<double> get_lr() => Rates(_next);

                protected override IEnumerable<double> get_closed_form_lr() => Rates(_closed);
            }
        }
    }
}
