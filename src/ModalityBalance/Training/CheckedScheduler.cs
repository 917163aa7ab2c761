using System.Globalization;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace ModalityBalance.Training;

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
