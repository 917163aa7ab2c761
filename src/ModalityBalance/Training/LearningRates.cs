using static TorchSharp.torch.optim;

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

    /// <summary>What the rates depend on beside the optimizer.</summary>
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

    private double WarmUp(long step) => step < _warmUpSteps ? (step + 1.0) / _warmUpSteps : 1;

    private void SetRates(IReadOnlyList<double> rates)
    {
        foreach (var (group, rate) in _optimizer.ParamGroups.Zip(rates))
        {
            group.LearningRate = rate;
        }
    }
}
