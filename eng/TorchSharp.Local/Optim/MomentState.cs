namespace TorchSharp.Modules;

/// <summary>The count of steps and the running moments of one parameter.</summary>
internal sealed class MomentState(Parameter parameter) : OptimizerState(parameter)
{
    private torch.Tensor? _first;
    private torch.Tensor? _second;
    private torch.Tensor? _maximum;
    private bool _hasMaximumSlot;

    internal long Steps { get; set; }

    internal torch.Tensor First => _first!;

    /// <summary>The mean of squares, or the decayed maximum of Adamax.</summary>
    internal torch.Tensor Second => _second!;

    /// <summary>The greatest mean of squares so far; with AMSGrad alone.</summary>
    internal torch.Tensor? Maximum => _maximum;

    public override void Initialize(OptimizerOptions options)
    {
        Release();
        Steps = 0;
        _first = torch.zeros_like(_parameter).DetachFromDisposeScope();
        _second = torch.zeros_like(_parameter).DetachFromDisposeScope();
        bool? amsGrad = ((MomentOptions)options).AmsGrad;
        _hasMaximumSlot = amsGrad is not null;
        _maximum = amsGrad == true ? torch.zeros_like(_parameter).DetachFromDisposeScope() : null;
    }

    public override void SaveStateDict(BinaryWriter writer)
    {
        writer.Write(Steps);
        First.Save(writer);
        Second.Save(writer);
        if (_hasMaximumSlot)
        {
            SaveConditionalStateTensor(writer, _maximum);
        }
    }

    public override void LoadStateDict(BinaryReader reader)
    {
        Steps = reader.ReadInt64();
        First.Load(reader);
        Second.Load(reader);
        if (_hasMaximumSlot)
        {
            LoadConditionalStateTensor(reader, ref _maximum, _parameter.device);
        }
    }

    public override void LoadStateDict(OptimizerState source)
    {
        var other = (MomentState)source;
        Steps = other.Steps;
        Copy(ref _first, other._first);
        Copy(ref _second, other._second);
        Copy(ref _maximum, other._maximum);
    }

    internal override void Release()
    {
        _first?.Dispose();
        _second?.Dispose();
        _maximum?.Dispose();
        _maximum = null;
    }
}
