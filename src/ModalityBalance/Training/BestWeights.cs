using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>A copy of a module's state at its best score.</summary>
internal sealed class BestWeights(nn.Module module) : IDisposable
{
    private readonly Dictionary<string, Tensor> _state = [];

    /// <summary>The epoch of the copy; null as long as there is none.</summary>
    public int? Epoch { get; private set; }

    /// <summary>The score of the copy.</summary>
    public double Score { get; private set; } = double.NegativeInfinity;

    /// <summary>The copy, by the names of the module's state; empty as long as there is none.</summary>
    public IReadOnlyDictionary<string, Tensor> State => _state;

    /// <summary>Copies the state if the score is higher than any before.</summary>
    public void Offer(int epoch, double score)
    {
        if (!(score > Score))
        {
            return;
        }

        Keep(epoch, score, module.state_dict());
    }

    /// <summary>Copies a state, of whatever score.</summary>
    public void Keep(int epoch, double score, IReadOnlyDictionary<string, Tensor> state)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, value) in state)
        {
            if (_state.TryGetValue(name, out var kept))
            {
                kept.copy_(value);
            }
            else
            {
                _state[name] = value.detach().clone().DetachFromDisposeScope();
            }
        }

        (Epoch, Score) = (epoch, score);
    }

    /// <summary>Drops the copy.</summary>
    public void Forget()
    {
        Dispose();
        _state.Clear();
        (Epoch, Score) = (null, double.NegativeInfinity);
    }

    /// <summary>Puts the copy back, if there is one.</summary>
    public void Restore()
    {
        if (Epoch is not null)
        {
            using var noGrad = no_grad();
            module.load_state_dict(_state);
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _state.Values)
        {
            tensor.Dispose();
        }
    }
}
