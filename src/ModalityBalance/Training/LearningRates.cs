using System.Globalization;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace ModalityBalance.Training;

/// <summary>The learning rates of an optimizer over a run: its scheduler, and the warm-up on top.</summary>
internal sealed class LearningRates
{
    private readonly Optimizer _optimizer;
    private readonly CheckedScheduler? _scheduler;
    private readonly SchedulerInterval _interval;
    private readonly int _warmUpSteps;

    public LearningRates(Optimizer optimizer, TrainerOptions options)
    {
        _optimizer = optimizer;
        _scheduler = options.Scheduler is { } make ? new CheckedScheduler(optimizer, make(optimizer)) : null;
        _interval = options.SchedulerInterval;
        _warmUpSteps = options.WarmUpSteps;
    }

    /// <summary>The settings that the rates depend on besides the optimizer.</summary>
    public string Description =>
        (_scheduler is null ? "none" : $"{_scheduler.Name} in every {_interval.ToString().ToLowerInvariant()}")
        + $", {_warmUpSteps} warm-up steps";

    /// <summary>The rate of every group without warm-up.</summary>
    private double[] Rates => CheckedScheduler.Rates(_optimizer);

    /// <summary>The rate of every group in the last step that was made; empty before the first.</summary>
    public IReadOnlyList<double> Last { get; private set; } = [];

    /// <summary>The rate of every group in a step.</summary>
    public IReadOnlyList<double> At(long step) =>
        Rates.Select(rate => rate * WarmUp(step)).ToArray();

    /// <summary>Moves the parameters at the rates of a step.</summary>
    /// <param name="step">The number of the step, for the warm-up.</param>
    /// <param name="scales">A factor per group; null for ones.</param>
    public void StepOptimizer(long step, IReadOnlyList<double>? scales = null)
    {
        Last = scales is null ? At(step) : [.. At(step).Zip(scales, (rate, scale) => rate * scale)];
        if (WarmUp(step) == 1 && scales is null)
        {
            _optimizer.step();
            return;
        }

        // The scheduler must not see the changed rates: some continue from the present ones.
        var full = Rates;
        SetRates(Last);
        _optimizer.step();
        SetRates(full);
    }

    public void EndStep()
    {
        if (_interval == SchedulerInterval.Step)
        {
            _scheduler?.Step(scheduler => scheduler.step());
        }
    }

    /// <param name="loss">For schedulers that watch one.</param>
    public void EndEpoch(double loss)
    {
        if (_interval == SchedulerInterval.Epoch)
        {
            _scheduler?.Step(scheduler => scheduler.step(loss));
        }
    }

    /// <summary>Brings a new scheduler to where it was, since schedulers cannot be saved.</summary>
    public void Replay(long steps, IEnumerable<double> losses)
    {
        for (long step = 0; step < steps; step++)
        {
            EndStep();
        }

        foreach (double loss in losses)
        {
            EndEpoch(loss);
        }
    }

    /// <summary>Loads the rates that were saved, which must be those that the schedule has come to.</summary>
    /// <exception cref="InvalidDataException">They are others: so is the schedule.</exception>
    public void CheckKept(Action load, string path)
    {
        var replayed = Rates;
        load();
        if (_scheduler is not null && replayed.Zip(Rates).Any(pair => Math.Abs(pair.First - pair.Second) > 1e-9 * pair.Second))
        {
            throw new InvalidDataException(
                $"'{path}' is a checkpoint of another training: its scheduler had brought the learning rates to "
                + $"{CheckedScheduler.Text(Rates)}, but the present one brings them to {CheckedScheduler.Text(replayed)}.");
        }
    }

    /// <summary>Does something that may change the rates of the optimizer, and restores them.</summary>
    public void Keep(Action change)
    {
        var before = Rates;
        change();
        SetRates(before);
    }

    private double WarmUp(long step) => step < _warmUpSteps ? (step + 1.0) / _warmUpSteps : 1;

    private void SetRates(IReadOnlyList<double> rates)
    {
        foreach (var (group, rate) in _optimizer.ParamGroups.Zip(rates))
        {
            group.LearningRate = rate;
        }
    }
}

/// <summary>A scheduler that is refused as soon as it shows that it is of another optimizer.</summary>
internal sealed class CheckedScheduler
{
    private readonly Optimizer _optimizer;
    private readonly LRScheduler _scheduler;

    /// <exception cref="ArgumentException">It is null, or of another number of parameter groups.</exception>
    public CheckedScheduler(Optimizer optimizer, LRScheduler? scheduler)
    {
        (_optimizer, _scheduler) = (optimizer, scheduler ?? throw OfAnother("it is null"));
        if (OwnRates() is { } own && own.Length != Rates(optimizer).Length)
        {
            throw OfAnother($"it has {own.Length} rates and the optimizer {Rates(optimizer).Length}");
        }
    }

    /// <summary>The scheduler's type.</summary>
    public string Name => _scheduler.GetType().Name;

    /// <summary>The rate of every parameter group.</summary>
    public static double[] Rates(Optimizer optimizer) =>
        optimizer.ParamGroups.Select(group => group.LearningRate).ToArray();

    /// <summary>Rates for messages.</summary>
    public static string Text(IEnumerable<double> rates) =>
        string.Join(", ", rates.Select(rate => rate.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Makes a step.</summary>
    /// <exception cref="ArgumentException">It changed its rates, and the optimizer's did not follow.</exception>
    public void Step(Action<LRScheduler> step)
    {
        var before = OwnRates();
        step(_scheduler);
        if (OwnRates() is { } after && !after.SequenceEqual(before ?? []) && !after.SequenceEqual(Rates(_optimizer)))
        {
            throw OfAnother($"its rates became {Text(after)}, those of the optimizer are {Text(Rates(_optimizer))}");
        }
    }

    /// <summary>Null for schedulers that do not keep them, as some of TorchSharp's own.</summary>
    private double[]? OwnRates() => ((IEnumerable<double>?)_scheduler.get_last_lr())?.ToArray();

    private static ArgumentException OfAnother(string found) =>
        new($"Scheduler must give a scheduler of the optimizer that it is given, but {found}.");
}
