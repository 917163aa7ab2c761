using ModalityBalance.Models;

namespace ModalityBalance.Training;

/// <summary>Keeps every teacher's weights of its own best epoch, and puts them back at the end.</summary>
internal sealed class BestTeachers(UnimodalEnsemble teachers, bool restore) : TrainingCallback, IDisposable
{
    private readonly BestWeights[][] _best = teachers.Modalities
        .Select((_, m) => new BestWeights[] { new(teachers.Encoder(m)), new(teachers.Head(m)) }).ToArray();

    /// <summary>Each teacher's best epoch; null without validation.</summary>
    public IReadOnlyList<int?> Epochs => _best.Select(parts => parts[0].Epoch).ToArray();

    public override bool RunsInEveryProcess => true;

    public override void OnFitStart()
    {
        foreach (var (m, parts) in _best.Index())
        {
            Run.Carry($"encoder {m}", parts[0]);
            Run.Carry($"head {m}", parts[1]);
        }
    }

    public override void OnEpochEnd(EpochSummary summary)
    {
        var scores = summary.Validation?.Unimodal ?? [];
        foreach (var (parts, score) in _best.Zip(scores))
        {
            foreach (var part in parts)
            {
                part.Offer(summary.Epoch, score.Primary);
            }
        }
    }

    public override void OnFitEnd(TrainingResult result)
    {
        foreach (var part in _best.SelectMany(parts => parts).Where(_ => restore))
        {
            part.Restore();
        }
    }

    public void Dispose()
    {
        foreach (var part in _best.SelectMany(parts => parts))
        {
            part.Dispose();
        }
    }
}
