using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>The state of a strategy or callback between steps, by name: tensors on their device, and numbers. The trainer
/// saves it in checkpoints, restores it, rolls it back when a step fails and frees it with its owner.</summary>
/// <remarks>Restored values wait until they are asked for under their name, because only their owner knows their device and
/// type.</remarks>
public sealed class StateDict : IDisposable
{
    private readonly Dictionary<string, Tensor> _tensors = [];
    private readonly Dictionary<string, Tensor> _restored = [];
    private readonly Dictionary<string, Tensor> _kept = [];
    private readonly HashSet<string> _lasting = [];
    private readonly HashSet<string> _asked = [];
    private Dictionary<string, double> _numbers = [];
    private Dictionary<string, double> _keptNumbers = [];

    /// <summary>The names of all values, including those of a checkpoint that nobody has asked for yet.</summary>
    public IReadOnlyCollection<string> Names => [.. _tensors.Keys, .. _numbers.Keys, .. _restored.Keys];

    /// <summary>Gets the tensor with this name. On first use it is restored from the checkpoint or else created.</summary>
    /// <param name="name">Unique among tensors and numbers.</param>
    /// <param name="create">Creates the initial value. A restored value takes its type and device.</param>
    /// <param name="changesInSteps">Whether it may change while gradients are computed, as by default. One that changes between
    /// epochs only, such as a copy of weights, is not copied before every step.</param>
    /// <returns>The tensor itself, which outlives dispose scopes. The dictionary owns it. Change it in place.</returns>
    /// <exception cref="InvalidOperationException">The checkpoint holds a tensor of another shape, or the name belongs to a
    /// number.</exception>
    public Tensor GetOrAdd(string name, Func<Tensor> create, bool changesInSteps = true)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(create);
        if (_tensors.TryGetValue(name, out var known))
        {
            return known;
        }

        if (!changesInSteps)
        {
            _lasting.Add(name);
        }

        if (_numbers.ContainsKey(name))
        {
            throw new InvalidOperationException($"The state '{name}' must be a tensor, but is a number.");
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var created = create();
        if (_restored.TryGetValue(name, out var restored))
        {
            if (!restored.shape.SequenceEqual(created.shape))
            {
                throw new InvalidOperationException(
                    $"The state '{name}' must have shape {created.Describe()}, but has shape {restored.Describe()} in the "
                    + "checkpoint.");
            }

            created = restored.to(created.dtype, created.device, copy: true);
            Forget(_restored, name);

            // A step that fails must not lose what it was the first to ask for.
            _kept[name] = created.detach().clone().DetachFromDisposeScope();
        }

        return _tensors[name] = created.detach().clone().DetachFromDisposeScope();
    }

    /// <summary>Gets or sets the number with this name.</summary>
    /// <param name="name">Unique among tensors and numbers.</param>
    /// <exception cref="KeyNotFoundException">No number has this name.</exception>
    /// <exception cref="InvalidOperationException">The name belongs to a tensor.</exception>
    public double this[string name]
    {
        get
        {
            ClaimNumber(name);
            return _numbers.TryGetValue(name, out double value)
                ? value
                : throw new KeyNotFoundException($"The state must hold a number '{name}', but does not.");
        }

        set
        {
            ClaimNumber(name);
            _numbers[name] = value;
        }
    }

    /// <summary>Whether a tensor or number has this name, restored ones included.</summary>
    /// <param name="name">The name.</param>
    public bool Contains(string name)
    {
        _asked.Add(name);
        return _tensors.ContainsKey(name) || _numbers.ContainsKey(name) || _restored.ContainsKey(name);
    }

    /// <summary>Gets the tensor with this name if it is in use; null for one that a checkpoint holds and nobody has asked for.</summary>
    internal Tensor? InUse(string name) => _tensors.GetValueOrDefault(name);

    /// <summary>Frees and forgets all values.</summary>
    public void Dispose()
    {
        Clear(_tensors);
        Clear(_restored);
        Clear(_kept);
        _numbers = [];
        _keptNumbers = [];
    }

    /// <summary>Whether nothing is remembered.</summary>
    internal bool IsEmpty => _tensors.Count == 0 && _numbers.Count == 0 && _restored.Count == 0;

    /// <summary>Names that a checkpoint held and nobody has asked for.</summary>
    internal IReadOnlyList<string> Unclaimed => [.. _restored.Keys.Where(name => !_asked.Contains(name))];

    /// <summary>Copies of all values on the CPU, numbers as scalars of type float64. The open dispose scope owns them.</summary>
    internal IReadOnlyDictionary<string, Tensor> Capture()
    {
        using var noGrad = no_grad();
        return _tensors.Concat(_restored).Select(entry => (entry.Key, Value: entry.Value.detach().cpu().clone()))
            .Concat(_numbers.Select(entry => (entry.Key, Value: tensor(entry.Value, ScalarType.Float64))))
            .ToDictionary(entry => entry.Key, entry => entry.Value);
    }

    /// <summary>Replaces everything by copies of what <see cref="Capture"/> returned.</summary>
    internal void Restore(IReadOnlyDictionary<string, Tensor> values)
    {
        Dispose();
        foreach (var (name, value) in values)
        {
            _restored[name] = value.detach().clone().DetachFromDisposeScope();
        }
    }

    /// <summary>Remembers the values for <see cref="RollBack"/>. Reads nothing from the device.</summary>
    /// <param name="all">Whether also those that do not change in steps.</param>
    internal void Keep(bool all = false)
    {
        using var noGrad = no_grad();
        foreach (var (name, value) in _tensors)
        {
            if (!all && _lasting.Contains(name))
            {
                Forget(_kept, name);
                continue;
            }

            if (_kept.TryGetValue(name, out var kept))
            {
                kept.copy_(value);
            }
            else
            {
                _kept[name] = value.clone().DetachFromDisposeScope();
            }
        }

        _keptNumbers = new Dictionary<string, double>(_numbers);
    }

    /// <summary>Returns to the values of the last <see cref="Keep"/>. Names added since then are gone.</summary>
    internal void RollBack()
    {
        using var noGrad = no_grad();
        foreach (var (name, value) in _tensors.ToArray())
        {
            if (_kept.TryGetValue(name, out var kept))
            {
                value.copy_(kept);
            }
            else if (!_lasting.Contains(name))
            {
                Forget(_tensors, name);
            }
        }

        _numbers = new Dictionary<string, double>(_keptNumbers);
    }

    private void ClaimNumber(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (_tensors.ContainsKey(name))
        {
            throw new InvalidOperationException($"The state '{name}' must be a number, but is a tensor.");
        }

        if (_restored.TryGetValue(name, out var restored))
        {
            if (restored.dim() != 0)
            {
                throw new InvalidOperationException(
                    $"The state '{name}' must be a number, but has shape {restored.Describe()} in the checkpoint.");
            }

            using var scope = NewDisposeScope();
            _keptNumbers[name] = _numbers[name] = restored.to(ScalarType.Float64).item<double>();
            Forget(_restored, name);
        }
    }

    private static void Forget(Dictionary<string, Tensor> values, string name)
    {
        if (values.Remove(name, out var value))
        {
            value.Dispose();
        }
    }

    private static void Clear(Dictionary<string, Tensor> values)
    {
        foreach (var value in values.Values)
        {
            value.Dispose();
        }

        values.Clear();
    }
}
