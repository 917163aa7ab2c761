using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Evaluation;

/// <summary>Collects rows and their targets batch by batch, on the CPU, in the dispose scope outside each batch's.
/// </summary>
internal sealed class RowLog
{
    private readonly List<Tensor> _values = [];
    private readonly List<Tensor> _targets = [];

    /// <param name="values">[batch, ...].</param>
    /// <param name="targets">[batch, ...].</param>
    /// <param name="rows">Which of them to keep; null for all.</param>
    public void Add(Tensor values, Tensor targets, long[]? rows)
    {
        if (rows is not null)
        {
            var index = tensor(rows, device: values.device);
            (values, targets) = (values.index_select(0, index), targets.index_select(0, index));
        }

        _values.Add(values.cpu().MoveToOuterDisposeScope());
        _targets.Add(targets.cpu().MoveToOuterDisposeScope());
    }

    /// <summary>All rows, in the order in which they came.</summary>
    public (Tensor Values, Tensor Targets) Concatenate() =>
        _values.Count > 0
            ? (cat(_values, 0), cat(_targets, 0))
            : throw new ArgumentException("data must hold at least one batch, but holds none.");

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
}
