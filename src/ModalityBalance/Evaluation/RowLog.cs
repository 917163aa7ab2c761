using ModalityBalance.Distributed;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Evaluation;

/// <summary>Collects rows and their targets batch by batch, on the CPU, in the dispose scope outside each batch's.
/// </summary>
/// <param name="processes">Those that share the work; null for this one only.</param>
internal sealed class RowLog(ProcessGroup? processes = null)
{
    private readonly List<Tensor> _values = [];
    private readonly List<Tensor> _targets = [];

    /// <param name="values">[batch, ...].</param>
    /// <param name="targets">[batch, ...].</param>
    /// <param name="rows">Which of them to keep; null for all.</param>
    public void Add(Tensor values, Tensor targets, long[]? rows)
    {
        _values.Add(Kept(values, rows));
        _targets.Add(Kept(targets, rows));
    }

    /// <summary>Keeps the place of rows that another process adds.</summary>
    /// <param name="like">Values of the same type, and of the same shape but for the number of rows.</param>
    /// <param name="targets">[batch, ...].</param>
    /// <param name="rows">Which of them to keep; null for all.</param>
    public void AddPlace(Tensor like, Tensor targets, long[]? rows)
    {
        _targets.Add(Kept(targets, rows));
        _values.Add(zeros([_targets[^1].shape[0], .. like.shape[1..]], like.dtype).MoveToOuterDisposeScope());
    }

    /// <summary>All rows of all processes, in the order in which they came.</summary>
    public (Tensor Values, Tensor Targets) Concatenate()
    {
        if (_values.Count == 0)
        {
            throw new ArgumentException("data must hold at least one batch, but holds none.");
        }

        var values = cat(_values, 0);
        processes?.Sum(values);
        return (values, cat(_targets, 0));
    }

    /// <summary>Scores the values as predictions. The loss of none is NaN.</summary>
    public TaskScores Score(LearningTask task)
    {
        using var scope = NewDisposeScope();
        var (predictions, targets) = Concatenate();
        return task.Score(predictions, targets) with
        {
            Loss = task.LossPerSample(predictions, targets).mean().to(ScalarType.Float64).item<double>(),
        };
    }

    private static Tensor Kept(Tensor values, long[]? rows)
    {
        var kept = rows is null ? values : values.index_select(0, tensor(rows, device: values.device));
        return kept.cpu().MoveToOuterDisposeScope();
    }
}
