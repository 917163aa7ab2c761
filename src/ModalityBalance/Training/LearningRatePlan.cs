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
    }

    /// <summary>What the rates depend on beside the optimizer.</summary>
    public string Description =>
        _scheduler is null ? "none" : $"{_scheduler.GetType().Name} in every {_interval.ToString().ToLowerInvariant()}";

    /// <summary>The rate of every group in a step.</summary>
    public IReadOnlyList<double> At(long step) =>
        _optimizer.ParamGroups.Select(group => group.LearningRate * WarmUp(step)).ToArray();

    /// <summary>Moves the parameters at the rates of a step.</summary>
    public void StepOptimizer(long step)
    {
        if (WarmUp(step) == 1)
        {
            _optimizer.step();
            return;
        }

        // The scheduler must not see the lowered rates: some go on from the present ones.
        var full = _optimizer.ParamGroups.Select(group => group.LearningRate).ToArray();
        SetRates(At(step));
        _optimizer.step();
        SetRates(full);
    }

    public void EndStep()
    {
        if (_interval == SchedulerInterval.Step)
        {
            _scheduler?.step();
        }
    }

    /// <param name="loss">For schedulers that watch one.</param>
    public void EndEpoch(double loss)
    {
        if (_interval == SchedulerInterval.Epoch)
        {
            _scheduler?.step(loss);
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

    private double WarmUp(long step) => step < _warmUpSteps ? (step + 1.0) / _warmUpSteps : 1;

    private void SetRates(IReadOnlyList<double> rates)
    {
        foreach (var (group, rate) in _optimizer.ParamGroups.Zip(rates))
        {
            group.LearningRate = rate;
        }
    }
}
