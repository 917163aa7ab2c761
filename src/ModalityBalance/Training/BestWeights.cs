using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>A copy of a module's state at its best score.</summary>
internal sealed class BestWeights(nn.Module module) : IDisposable
{
    private readonly Dictionary<string, Tensor> _state = [];
    private double _score = double.NegativeInfinity;

    /// <summary>The epoch of the copy; null as long as there is none.</summary>
    public int? Epoch { get; private set; }

    /// <summary>Copies the state if the score is higher than any before.</summary>
    public void Offer(int epoch, double score)
    {
        if (!(score > _score))
        {
            return;
        }

        using var graphless = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, value) in module.state_dict())
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

        (Epoch, _score) = (epoch, score);
    }

    /// <summary>Puts the copy back, if there is one.</summary>
    public void Restore()
    {
        if (Epoch is not null)
        {
            using var graphless = no_grad();
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
