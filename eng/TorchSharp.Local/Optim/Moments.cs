namespace TorchSharp.Modules;

/// <summary>The options of the optimizers that keep moments of the gradient: Adam, AdamW, Adamax.</summary>
internal sealed class MomentOptions : OptimizerOptions
{
    internal double? Beta1 { get; set; }

    internal double? Beta2 { get; set; }

    internal double? Epsilon { get; set; }

    internal double? WeightDecay { get; set; }

    /// <summary>Null where the optimizer has no such option; it is not in its files then either.</summary>
    internal bool? AmsGrad { get; set; }

    internal bool? Maximize { get; set; }

    public override void SaveStateDict(BinaryWriter writer)
    {
        base.SaveStateDict(writer);
        writer.Write(Beta1!.Value);
        writer.Write(Beta2!.Value);
        writer.Write(Epsilon!.Value);
        writer.Write(WeightDecay!.Value);
        if (AmsGrad is bool amsGrad)
        {
            writer.Write(amsGrad);
            writer.Write(Maximize!.Value);
        }
    }

    public override void LoadStateDict(BinaryReader reader)
    {
        base.LoadStateDict(reader);
        Beta1 = reader.ReadDouble();
        Beta2 = reader.ReadDouble();
        Epsilon = reader.ReadDouble();
        WeightDecay = reader.ReadDouble();
        if (AmsGrad is not null)
        {
            AmsGrad = reader.ReadBoolean();
            Maximize = reader.ReadBoolean();
        }
    }

    public override void LoadStateDict(OptimizerOptions source)
    {
        base.LoadStateDict(source);
        var other = (MomentOptions)source;
        (Beta1, Beta2, Epsilon, WeightDecay) = (other.Beta1, other.Beta2, other.Epsilon, other.WeightDecay);
        (AmsGrad, Maximize) = (other.AmsGrad, other.Maximize);
    }

    /// <summary>Takes from the defaults what is not set.</summary>
    internal void Complete(MomentOptions defaults)
    {
        LearningRate ??= defaults.LearningRate;
        Beta1 ??= defaults.Beta1;
        Beta2 ??= defaults.Beta2;
        Epsilon ??= defaults.Epsilon;
        WeightDecay ??= defaults.WeightDecay;
        AmsGrad ??= defaults.AmsGrad;
        Maximize ??= defaults.Maximize;
    }
}

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
