using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Evaluation;

/// <summary>Collects the fused predictions from every subset of the modalities, the empty one included. Modality m is
/// in the subset at index k when bit m of k is set.</summary>
internal sealed class SubsetPredictions
{
    private readonly IMultimodalModel _model;
    private readonly RowLog[] _logs;
    private readonly long[] _bare;

    /// <exception cref="ArgumentException">The model has too many modalities.</exception>
    public SubsetPredictions(IMultimodalModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Modalities.Count > MissingModalities.MaxModalities)
        {
            throw new ArgumentException(
                $"model must have at most {MissingModalities.MaxModalities} modalities to score all their subsets, but "
                + $"has {model.Modalities.Count}.", nameof(model));
        }

        _model = model;
        _logs = [.. Enumerable.Range(0, 1 << model.Modalities.Count).Select(_ => new RowLog())];
        _bare = new long[_logs.Length];
    }

    public void Add(MultimodalBatch batch, Tensor[] representations)
    {
        for (int subset = 0; subset < _logs.Length; subset++)
        {
            var present = new bool[batch.Size, representations.Length];
            for (int i = 0; i < batch.Size; i++)
            {
                bool any = false;
                for (int m = 0; m < representations.Length; m++)
                {
                    present[i, m] = Holds(subset, m) && batch.Present?[i, m] != false;
                    any |= present[i, m];
                }

                _bare[subset] += any ? 0 : 1;
            }

            var mask = new PresenceMask(present, batch.Targets.device).Values;
            _logs[subset].Add(_model.Fuse([.. representations.Select(z => z.clone())], mask), batch.Targets, null);
        }
    }

    /// <summary>The scores of all 2^M subsets, by index.</summary>
    public SubsetScores[] Score(LearningTask task) => [.. _logs.Select((log, subset) => new SubsetScores(
        [.. Enumerable.Range(0, _model.Modalities.Count).Where(m => Holds(subset, m))],
        log.Score(task),
        _bare[subset]))];

    private static bool Holds(int subset, int modality) => ((subset >> modality) & 1) == 1;
}
