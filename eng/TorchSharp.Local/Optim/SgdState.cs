using TorchSharp.Native;

namespace TorchSharp.Modules;

/// <summary>The momentum of one parameter; none before its first gradient.</summary>
internal sealed class SgdState(Parameter parameter) : OptimizerState(parameter)
{
    private torch.Tensor? _buffer;

    public override void Initialize(OptimizerOptions options) => Release();

    public override void SaveStateDict(BinaryWriter writer) => SaveConditionalStateTensor(writer, _buffer);

    public override void LoadStateDict(BinaryReader reader) =>
        LoadConditionalStateTensor(reader, ref _buffer, _parameter.device);

    public override void LoadStateDict(OptimizerState source) => Copy(ref _buffer, ((SgdState)source)._buffer);

    internal override void Release()
    {
        _buffer?.Dispose();
        _buffer = null;
    }

    /// <summary>The first gradient as it is; later ones are added to the decayed buffer.</summary>
    internal torch.Tensor Accumulate(torch.Tensor gradient, double momentum, double weight)
    {
        if (_buffer is null)
        {
            _buffer = gradient.detach().clone().DetachFromDisposeScope();
        }
        else
        {
            Ops.Mul_.Run(_buffer, momentum);
            Ops.Add_.Run(_buffer, gradient, weight);
        }
        return _buffer;
    }
}
