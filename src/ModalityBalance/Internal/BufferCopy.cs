using static TorchSharp.torch;

namespace ModalityBalance.Internal;

/// <summary>A copy of a module's buffers (batch statistics), to put back what a run changed. Outlives dispose scopes.
/// </summary>
internal sealed class BufferCopy : IDisposable
{
    private readonly (Tensor Buffer, Tensor Copy)[] _buffers;

    /// <param name="module">On its final device. Nothing is copied yet.</param>
    public BufferCopy(nn.Module module) => _buffers = module.buffers()
        .Select(buffer => (buffer, empty_like(buffer).DetachFromDisposeScope())).ToArray();

    public void Take() => ForEach(entry => entry.Copy.copy_(entry.Buffer));

    public void PutBack() => ForEach(entry => entry.Buffer.copy_(entry.Copy));

    public void Dispose()
    {
        foreach (var (_, copy) in _buffers)
        {
            copy.Dispose();
        }
    }

    private void ForEach(Action<(Tensor Buffer, Tensor Copy)> copy)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var entry in _buffers)
        {
            copy(entry);
        }
    }
}
