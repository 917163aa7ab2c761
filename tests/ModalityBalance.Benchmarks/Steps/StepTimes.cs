namespace ModalityBalance.Benchmarks.Steps;

/// <summary>Times steps of several ways in turn, in rounds and in another order each, so that whatever slows the
/// machine slows them all.</summary>
internal sealed class StepTimes(StepClock clock, IReadOnlyList<StepVariant> variants)
{
    /// <summary>Steps of each way that are not timed.</summary>
    public const int WarmUp = 2;

    private readonly Random _random = new(1);
    private readonly Dictionary<StepVariant, List<double>> _milliseconds =
        variants.ToDictionary(variant => variant, _ => new List<double>());

    /// <summary>Two steps of each that are not timed, then the rounds.</summary>
    public static StepTimes Measure(StepClock clock, IReadOnlyList<StepVariant> variants, int rounds)
    {
        var times = new StepTimes(clock, variants);
        for (int round = -WarmUp; round < rounds; round++)
        {
            times.Round(round >= 0);
        }

        return times;
    }

    /// <summary>One step of each.</summary>
    /// <param name="timed">Whether it counts.</param>
    public void Round(bool timed)
    {
        var order = variants.ToArray();
        _random.Shuffle(order);
        foreach (var variant in order)
        {
            clock.Start();
            variant.Step();
            double milliseconds = clock.Stop();
            if (timed)
            {
                _milliseconds[variant].Add(milliseconds);
            }
        }
    }

    /// <summary>Times of joint training, one per round.</summary>
    public IReadOnlyList<double> Yardstick =>
        _milliseconds.Single(entry => entry.Key.Strategy == StrategyCase.Joint.Strategy).Value;

    /// <summary>One per round.</summary>
    public IReadOnlyList<double> Of(StepVariant variant) => _milliseconds[variant];
}
