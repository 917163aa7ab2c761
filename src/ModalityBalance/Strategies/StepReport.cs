using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>The report of one step: its losses, and named figures that the strategy adds.</summary>
/// <remarks>Figures stay on the device until one is asked for. Then all of them are read in one transfer, which waits for the
/// device and must happen before the dispose scope of the step ends. What was read stays readable.</remarks>
public sealed class StepReport
{
    private readonly List<(string Name, IReadOnlyList<Tensor> Values, double[]? Numbers)> _figures = [];
    private Dictionary<string, double[]>? _read;

    /// <summary>A report of the losses.</summary>
    /// <param name="loss">The minimized loss, all terms included: a scalar. The step's scope owns it.</param>
    /// <param name="taskLoss">The mean task loss of the fused prediction, a scalar, or <see langword="null"/> if nothing was
    /// fused.</param>
    /// <exception cref="ArgumentException">A loss is no scalar.</exception>
    public StepReport(Tensor loss, Tensor? taskLoss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        DeviceLoss = Scalar(loss, nameof(loss));
        Add(LossName, DeviceLoss);
        _ = taskLoss is null ? Add(TaskLossName, double.NaN) : Add(TaskLossName, Scalar(taskLoss, nameof(taskLoss)));
    }

    private StepReport() => IsSkipped = true;

    /// <summary>The report of a turn with nothing to learn, after which the optimizer makes no step.</summary>
    public static StepReport Skipped => new();

    /// <summary>Whether the turn had nothing to learn.</summary>
    public bool IsSkipped { get; }

    /// <summary>The minimized loss, all terms included: the mean over the batch. NaN for a skipped turn.</summary>
    /// <exception cref="InvalidOperationException">It was not read before the step's scope ended.</exception>
    public double Loss => IsSkipped ? double.NaN : this[LossName][0];

    /// <summary>The mean task loss of the fused prediction, without weights or further terms. NaN if nothing was fused.
    /// </summary>
    /// <exception cref="InvalidOperationException">It was not read before the step's scope ended.</exception>
    public double TaskLoss => IsSkipped ? double.NaN : this[TaskLossName][0];

    /// <summary>The values of a figure.</summary>
    /// <param name="name">The name under which the strategy added it; <c>loss</c> or <c>task_loss</c>.</param>
    /// <exception cref="KeyNotFoundException">The strategy added no such figure.</exception>
    /// <exception cref="InvalidOperationException">It was not read before the step's scope ended.</exception>
    public IReadOnlyList<double> this[string name] => Read().TryGetValue(name, out var values)
        ? values
        : throw new KeyNotFoundException(
            $"The report must have a figure '{name}' to be read, but has {string.Join(", ", _figures.Select(f => f.Name))}.");

    /// <summary>The names of all figures, in the order in which they were added.</summary>
    public IReadOnlyList<string> Names => [.. _figures.Select(figure => figure.Name)];

    /// <summary>Adds a figure.</summary>
    /// <param name="name">Its name in logs. With as many values as modalities, each is named <c>NAME_MODALITY</c>.</param>
    /// <param name="values">A vector, or one scalar per value, of any numeric type. Their graphs are cut. The step's scope
    /// owns them.</param>
    /// <returns>This report.</returns>
    /// <exception cref="ArgumentException">The name is taken, or a tensor has more than one dimension.</exception>
    public StepReport Add(string name, params IReadOnlyList<Tensor> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.FirstOrDefault(value => value.dim() > 1) is { } wide)
        {
            throw new ArgumentException(
                $"values of '{name}' must be scalars or a vector, but have shape {wide.Describe()}.", nameof(values));
        }

        return Add(name, [.. values.Select(value => value.detach())], null);
    }

    /// <summary>Adds a figure that is known on the host.</summary>
    /// <param name="name">Its name in logs. With as many values as modalities, each is named <c>NAME_MODALITY</c>.</param>
    /// <param name="values">At least one value.</param>
    /// <returns>This report.</returns>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public StepReport Add(string name, params IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Add(name, [], [.. values]);
    }

    /// <summary>All figures as named numbers, for logs: the same names in the same order in every step of one strategy and
    /// model.</summary>
    /// <param name="modalities">The names of the modalities, in order.</param>
    /// <returns><c>loss</c> and <c>task_loss</c> first, then what the strategy added.</returns>
    /// <exception cref="InvalidOperationException">They were not read before the step's scope ended.</exception>
    public IReadOnlyList<(string Name, double Value)> Figures(IReadOnlyList<string> modalities)
    {
        ArgumentNullException.ThrowIfNull(modalities);
        var read = Read();
        return [.. _figures.SelectMany(figure => Named(figure.Name, read[figure.Name], modalities))];
    }

    /// <summary>Whether the figures were read from the device.</summary>
    internal bool IsRead => _read is not null;

    /// <summary>The loss where it was computed.</summary>
    internal Tensor DeviceLoss { get; } = null!;

    private const string LossName = "loss";
    private const string TaskLossName = "task_loss";

    private StepReport Add(string name, Tensor[] values, double[]? numbers)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (_figures.Any(figure => figure.Name == name))
        {
            throw new ArgumentException($"name must not be that of another figure, but is '{name}' again.", nameof(name));
        }

        _figures.Add((name, values, numbers));
        return this;
    }

    private Dictionary<string, double[]> Read()
    {
        if (_read is not null)
        {
            return _read;
        }

        if (_figures.FirstOrDefault(figure => figure.Values.Any(value => value.IsInvalid)) is { Name: { } late })
        {
            throw new InvalidOperationException(
                $"{late} must be read before the dispose scope of its step ends, but that has ended.");
        }

        using var scope = NewDisposeScope();
        var values = _figures.SelectMany(figure => figure.Values).ToArray();
        double[] numbers = values.Length == 0 ? [] : cat(
            values.Select(value => value.to(ScalarType.Float64).reshape(-1)).ToArray(), 0).cpu().data<double>().ToArray();
        int offset = 0;
        return _read = _figures.ToDictionary(figure => figure.Name, figure => figure.Numbers ?? Next(figure.Values));

        double[] Next(IReadOnlyList<Tensor> values)
        {
            int count = (int)values.Sum(value => value.numel());
            offset += count;
            return numbers[(offset - count)..offset];
        }
    }

    private static IEnumerable<(string Name, double Value)> Named(
        string name, double[] values, IReadOnlyList<string> modalities) => values.Length == 1
            ? [(name, values[0])]
            : values.Select((value, i) => ($"{name}_{(values.Length == modalities.Count ? modalities[i] : i)}", value));

    private static Tensor Scalar(Tensor value, string name) => value.numel() == 1
        ? value.detach().reshape([])
        : throw new ArgumentException($"{name} must be a scalar, but has shape {value.Describe()}.", name);
}
