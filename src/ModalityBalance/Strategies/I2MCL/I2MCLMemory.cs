using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>What I2MCL remembers between steps: the thresholds and how often alpha was tied.</summary>
internal sealed class I2MCLMemory(I2MCLOptions options) : IDisposable
{
    private readonly SelfPacedCurriculum _curriculum = new(options.Gamma, options.Beta);
    private readonly TieCount _ties = new();

    /// <inheritdoc cref="TieCount.Share"/>
    public double TiedShare() => _ties.Share();

    /// <inheritdoc cref="SelfPacedCurriculum.Weigh"/>
    public SampleWeights Weigh(Tensor taskLosses, IReadOnlyList<Distillation> lessons) =>
        _curriculum.Weigh(taskLosses, lessons);

    /// <summary>Takes a step in. One with a loss that is not finite, which a trainer refuses, leaves everything as it
    /// was; nothing is read from the device to tell.</summary>
    public void Keep(Tensor loss, Tensor tied, IEnumerable<Distillation> lessons, SampleWeights? weights)
    {
        using var noGrad = no_grad();
        var present = lessons.Where(lesson => lesson.Samples > 0).Select(lesson => lesson.Mean);
        var finite = stack([loss, .. present]).isfinite().all();
        _ties.Add(tied, finite);
        if (weights is not null)
        {
            _curriculum.Keep(weights.Thresholds, finite);
        }
    }

    public IReadOnlyDictionary<string, double> GetState() =>
        _curriculum.GetState().Concat(_ties.GetState()).ToDictionary();

    /// <exception cref="ArgumentException">A key is not of I2MCL; nothing has changed.</exception>
    public void SetState(IReadOnlyDictionary<string, double> state)
    {
        if (state.Keys.FirstOrDefault(key => !TieCount.Keeps(key) && !SelfPacedCurriculum.Keeps(key)) is { } unknown)
        {
            throw new ArgumentException(
                "state must hold ties, steps and thresholds (threshold_0 for the task, threshold_1 for the first "
                + $"modality and so on), but holds '{unknown}'.", nameof(state));
        }

        _ties.SetState(state);
        _curriculum.SetState(state);
    }

    public void Dispose()
    {
        _curriculum.Dispose();
        _ties.Dispose();
    }
}
