using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Internal;

/// <summary>Puts a module into evaluation mode without gradients and, on disposal, restores modes, buffers and gradients as
/// they were, and the state of the CPU's random number generator.</summary>
internal sealed class ModelStateScope : IDisposable
{
    private readonly EvaluationMode _modes;
    private readonly BufferCopy _buffers;
    private readonly (Parameter Parameter, Tensor? Gradient)[] _gradients;
    private readonly Tensor _randomState;

    public ModelStateScope(nn.Module module)
    {
        _modes = EvaluationMode.Enter(module);
        _buffers = new BufferCopy(module);
        _buffers.Take();
        _gradients = [.. module.parameters()
            .Select(parameter => (parameter, parameter.grad?.DetachFromDisposeScope()))];
        _randomState = random.get_rng_state().DetachFromDisposeScope();
        foreach (var (parameter, _) in _gradients)
        {
            parameter.grad = null;
        }
    }

    public void Dispose()
    {
        foreach (var (parameter, gradient) in _gradients)
        {
            parameter.grad = gradient;
            gradient?.Dispose();
        }

        _buffers.PutBack();
        _buffers.Dispose();
        _modes.Dispose();
        random.set_rng_state(_randomState);
        _randomState.Dispose();
    }
}
