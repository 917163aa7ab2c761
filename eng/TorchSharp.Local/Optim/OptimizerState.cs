namespace TorchSharp.Modules;

/// <summary>What an optimizer remembers of one parameter.</summary>
public abstract class OptimizerState
{
    protected Parameter _parameter;

    protected OptimizerState(Parameter parameter) => _parameter = parameter;

    public abstract void SaveStateDict(BinaryWriter writer);

    public abstract void LoadStateDict(BinaryReader reader);

    public abstract void LoadStateDict(OptimizerState source);

    public abstract void Initialize(OptimizerOptions options);

    internal abstract void Release();

    /// <summary>Fills a tensor, or makes it; it belongs to the open scope, as in the published one.</summary>
    protected static void LoadConditionalStateTensor(BinaryReader reader, ref torch.Tensor? result, torch.Device device)
    {
        result?.Dispose();
        result = reader.ReadBoolean()
            ? TensorExtensionMethods.Load(reader).to(device, disposeAfter: true)
            : null;
    }

    protected static void SaveConditionalStateTensor(BinaryWriter writer, torch.Tensor? tensor)
    {
        writer.Write(tensor is not null);
        tensor?.Save(writer);
    }

    /// <summary>A copy of another parameter's state tensor for this parameter; it belongs to the open scope.</summary>
    private protected void Copy(ref torch.Tensor? target, torch.Tensor? source)
    {
        target?.Dispose();
        target = source?.to(_parameter.device, copy: true);
    }
}
