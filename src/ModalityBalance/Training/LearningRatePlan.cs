using System.Globalization;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace ModalityBalance.Training;

/// <summary>The learning rates of an optimizer over a run: its scheduler, and the warm-up on top.</summary>
internal sealed class LearningRatePlan
{
    private readonly Optimizer _optimizer;
    private readonly LRScheduler? _scheduler;
    private readonly SchedulerInterval _interval;
    private readonly int _warmUpSteps;

    public LearningRatePlan(Optimizer optimizer, TrainerOptions options)
    {
        _optimizer = optimizer;
        _scheduler = options.Scheduler?.Invoke(optimizer);
        _interval = options.SchedulerInterval;
        _warmUpSteps = options.WarmUpSteps;
        if (options.Scheduler is not null && (_scheduler is null || SchedulerRates().Length != Rates.Length))
        {
            throw OfAnother(_scheduler is null ? "it is null" : $"its rates are {SchedulerRates().Length}");
        }
    }

    /// <summary>What the rates depend on beside the optimizer.</summary>
    public string Description =>
        (_scheduler is null ? "none" : $"{_scheduler.GetType().Name} in every {_interval.ToString().ToLowerInvariant()}")
        + $", {_warmUpSteps} warm-up steps";

    /// <summary>The rate of every group without warm-up.</summary>
    private double[] Rates => _optimizer.ParamGroups.Select(group => group.LearningRate).ToArray();

    /// <summary>The rate of every group in the last step that was made; empty before the first.</summary>
    public IReadOnlyList<double> Last { get; private set; } = [];

    /// <summary>The rate of every group in a step.</summary>
    public IReadOnlyList<double> At(long step) =>
        Rates.Select(rate => rate * WarmUp(step)).ToArray();

    /// <summary>Moves the parameters at the rates of a step.</summary>
    public void StepOptimizer(long step)
    {
        Last = At(step);
        if (WarmUp(step) == 1)
        {
            _optimizer.step();
            return;
        }

        // The scheduler must not see the lowered rates: some go on from the present ones.
        var full = Rates;
        SetRates(Last);
        _optimizer.step();
        SetRates(full);
    }

    public void EndStep()
    {
        if (_interval == SchedulerInterval.Step)
        {
            StepScheduler(scheduler => scheduler.step());
        }
    }

    /// <param name="loss">For schedulers that watch one.</param>
    public void EndEpoch(double loss)
    {
        if (_interval == SchedulerInterval.Epoch)
        {
            StepScheduler(scheduler => scheduler.step(loss));
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
                + $"{Text(Rates)}, but the present one brings them to {Text(replayed)}.");
        }
    }

    /// <summary>A scheduler of another optimizer betrays itself when it changes its rates and these do not follow.
    /// </summary>
    private void StepScheduler(Action<LRScheduler> step)
    {
        if (_scheduler is null)
        {
            return;
        }

        var before = SchedulerRates();
        step(_scheduler);
        var after = SchedulerRates();
        if (!after.SequenceEqual(before) && !after.SequenceEqual(Rates))
        {
            throw OfAnother($"its rates became {Text(after)}, those of the optimizer are {Text(Rates)}");
        }
    }

    private double[] SchedulerRates() => _scheduler!.get_last_lr().ToArray();

    private static string Text(IEnumerable<double> rates) =>
        string.Join(", ", rates.Select(rate => rate.ToString(CultureInfo.InvariantCulture)));

    private static ArgumentException OfAnother(string found) =>
        new($"Scheduler must give a scheduler of the optimizer that it is given, but {found}.");

    private double WarmUp(long step) => step < _warmUpSteps ? (step + 1.0) / _warmUpSteps : 1;

    private void SetRates(IReadOnlyList<double> rates)
    {
        foreach (var (group, rate) in _optimizer.ParamGroups.Zip(rates))
        {
            group.LearningRate = rate;
        }
    }
}
