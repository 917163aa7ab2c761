using ModalityBalance.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Internal;

/// <summary>Puts a model's modes, buffers and gradients back, on disposal, as they were; and the state of the CPU's
/// generator of random numbers. The gradients are empty meanwhile.</summary>
internal sealed class ModelStateScope : IDisposable
{
    private readonly EvaluationMode _modes;
    private readonly BufferCopy _buffers;
    private readonly (Parameter Parameter, Tensor? Gradient)[] _gradients;
    private readonly Tensor _randomState;

    public ModelStateScope(IMultimodalModel model)
    {
        _modes = EvaluationMode.Enter(model.Root);
        _buffers = new BufferCopy(model.Root);
        _buffers.Take();
        _gradients = [.. model.Root.parameters()
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
