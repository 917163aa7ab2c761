namespace AudioVisualDigits.Experiments;

/// <summary>The setting in which a task's reference results were made: stochastic gradient descent with momentum, whose
/// learning rate drops once, late.</summary>
/// <param name="LearningRate">The learning rate before the drop.</param>
/// <param name="WeightDecay">The weight decay, on all parameters.</param>
/// <param name="Epochs">Passes over the training split.</param>
/// <param name="FirstSeed">The first of the seeds.</param>
/// <param name="DistillationScale">Factor on I2MCL's distillation losses. Unscaled, alpha sticks at its ends on the
/// embedded task and ties decide who learns.</param>
internal sealed record Recipe(
    double LearningRate, double WeightDecay, int Epochs, int FirstSeed, double DistillationScale)
{
    private const double Momentum = 0.9;
    public const int BatchSize = 64;
    private const double LearningRateDrop = 0.1;
    public const int SeedCount = 3;

    private static readonly Recipe Real =
        new(LearningRate: 0.1, WeightDecay: 1e-4, Epochs: 16, FirstSeed: 0, DistillationScale: 1);
    private static readonly Recipe Embedded =
        new(LearningRate: 0.03, WeightDecay: 5e-3, Epochs: 12, FirstSeed: 1, DistillationScale: 1.0 / 8);

    /// <summary>Gets the recipe of the real digits of a folder, or of the embedded ones without.</summary>
    public static Recipe For(string? dataFolder) => dataFolder is null ? Embedded : Real;

    /// <summary>Gets the recipe as settings of a run, on the CPU and without validation.</summary>
    /// <param name="fusion">One of <see cref="FusionEntry.Names"/>.</param>
    /// <param name="epochs">Passes over the training split; null for those of the recipe.</param>
    public RunSettings ToSettings(string fusion, int? epochs = null)
    {
        int passes = epochs ?? Epochs;
        return new RunSettings(
            fusion,
            passes,
            DropEpoch(passes),
            LearningRateDrop,
            BatchSize,
            LearningRate,
            Momentum,
            WeightDecay,
            ValidationShare: 0,
            RunSettings.Devices[0])
        {
            DistillationScale = DistillationScale,
        };
    }

    /// <summary>Gets the epoch from which the lower learning rate holds, at three quarters of all.</summary>
    private static int DropEpoch(int epochs) => Math.Max(1, (int)Math.Round(0.75 * epochs));
}
