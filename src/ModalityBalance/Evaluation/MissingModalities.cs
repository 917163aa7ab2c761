using System.Globalization;
using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Evaluation;

/// <summary>
/// How good the fused prediction is when modalities are missing at test time. Every batch is encoded once and fused
/// under each mask. A modality that the data say a sample lacks stays absent.
/// </summary>
public static class MissingModalities
{
    /// <summary>The largest number of modalities whose subsets are scored: 1,024 predictions per sample.</summary>
    public const int MaxModalities = 10;

    /// <summary>Scores the fused prediction from every non-empty subset of the modalities, on all samples.</summary>
    /// <param name="model">The network, of at most <see cref="MaxModalities"/> modalities; each part gets back the mode
    /// it had.</param>
    /// <param name="task">What was learned.</param>
    /// <param name="data">The samples; its epoch 0 is used.</param>
    /// <param name="device">The model's device.</param>
    /// <param name="cancellation">Asked before every batch.</param>
    /// <returns>2^M - 1 entries: {0}, {1}, {0, 1}, {2}, ... The predictions of all of them are held in memory at once.
    /// </returns>
    /// <exception cref="ArgumentException">The data has no batch, or the model too many modalities.</exception>
    public static IReadOnlyList<SubsetScores> OfSubsets(
        IMultimodalModel model,
        LearningTask task,
        IBatchSource data,
        Device device,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        using var scope = NewDisposeScope();
        var subsets = new SubsetPredictions(model);
        Evaluator.ForEachEncoded(model, data, device, subsets.Add, cancellation);
        return subsets.Score(task)[1..];
    }

    /// <summary>Scores the fused prediction while every sample loses modalities at random, as in G2D's Table 11.
    /// </summary>
    /// <param name="model">The network; each part gets back the mode it had.</param>
    /// <param name="task">What was learned.</param>
    /// <param name="data">The samples; its epoch 0 is used.</param>
    /// <param name="device">The model's device.</param>
    /// <param name="options">Rates and seed; the defaults for null.</param>
    /// <param name="cancellation">Asked before every batch.</param>
    /// <returns>One entry per rate, in their order.</returns>
    /// <exception cref="ArgumentException">The data has no batch, or an option is out of its range.</exception>
    public static IReadOnlyList<MissingRateScores> AtRandom(
        IMultimodalModel model,
        LearningTask task,
        IBatchSource data,
        Device device,
        MissingModalitiesOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        options ??= new MissingModalitiesOptions();
        options.Check();
        using var scope = NewDisposeScope();
        var losses = new RandomDropout(options.Seed);
        var logs = options.Rates.Select(_ => new RowLog()).ToArray();
        var lost = new long[logs.Length];
        long had = 0;
        Evaluator.ForEachEncoded(model, data, device, Use, cancellation);
        return [.. options.Rates.Select((rate, i) =>
            new MissingRateScores(rate, had > 0 ? (double)lost[i] / had : 0, logs[i].Score(task)))];

        void Use(MultimodalBatch batch, Tensor[] representations)
        {
            var draws = losses.Draw(batch.Size, representations.Length);
            for (int i = 0; i < logs.Length; i++)
            {
                var mask = RandomDropout.Mask(draws, batch.Present, options.Rates[i], out long count);
                var present = new PresenceMask(mask, device).Values;
                logs[i].Add(model.Fuse([.. representations.Select(z => z.clone())], present), batch.Targets, null);
                lost[i] += count;
            }

            had += Enumerable.Range(0, representations.Length)
                .Sum(m => batch.Present?.Rows(m).Length ?? batch.Size);
        }
    }
}

/// <summary>The fused prediction from some of the modalities.</summary>
/// <param name="Modalities">The modalities that were present, in ascending order.</param>
/// <param name="Scores">Over all samples, so that the scores of different subsets can be compared.</param>
/// <param name="SamplesWithoutModality">Samples that have none of these modalities. Their prediction is what the fusion makes of
/// nothing, such as zeros or its bias.</param>
public sealed record SubsetScores(IReadOnlyList<int> Modalities, TaskScores Scores, long SamplesWithoutModality)
{
    /// <summary>Returns the modalities and the scores.</summary>
    public override string ToString() => $"[{string.Join(", ", Modalities)}]: {Scores}";
}

/// <summary>The fused prediction while modalities are missing at random.</summary>
/// <param name="Rate">The probability with which each was to be missing.</param>
/// <param name="ActualRate">The share of those that samples had which were missing: below the rate, since no sample loses
/// its last one.</param>
/// <param name="Scores">Over all samples.</param>
public sealed record MissingRateScores(double Rate, double ActualRate, TaskScores Scores)
{
    /// <summary>Returns the rate and the scores.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rate:0.##} missing: {Scores}");
}
