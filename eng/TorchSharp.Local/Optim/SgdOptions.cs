namespace TorchSharp.Modules;

/// <summary>The options of gradient descent.</summary>
internal sealed class SgdOptions : OptimizerOptions
{
    internal SgdOptions()
    {
    }

    internal SgdOptions(double lr, double momentum, double dampening, double weight_decay, bool nesterov, bool maximize)
    {
        LearningRate = lr;
        (Momentum, Dampening, WeightDecay, Nesterov, Maximize) = (momentum, dampening, weight_decay, nesterov, maximize);
    }

    internal double? Momentum { get; set; }

    internal double? Dampening { get; set; }

    internal double? WeightDecay { get; set; }

    internal bool? Nesterov { get; set; }

    internal bool? Maximize { get; set; }

    public override void SaveStateDict(BinaryWriter writer)
    {
        base.SaveStateDict(writer);
        writer.Write(Momentum!.Value);
        writer.Write(Dampening!.Value);
        writer.Write(WeightDecay!.Value);
        writer.Write(Nesterov!.Value);
        writer.Write(Maximize!.Value);
    }

    public override void LoadStateDict(BinaryReader reader)
    {
        base.LoadStateDict(reader);
        Momentum = reader.ReadDouble();
        Dampening = reader.ReadDouble();
        WeightDecay = reader.ReadDouble();
        Nesterov = reader.ReadBoolean();
        Maximize = reader.ReadBoolean();
    }

    public override void LoadStateDict(OptimizerOptions source)
    {
        base.LoadStateDict(source);
        var other = (SgdOptions)source;
        (Momentum, Dampening, WeightDecay) = (other.Momentum, other.Dampening, other.WeightDecay);
        (Nesterov, Maximize) = (other.Nesterov, other.Maximize);
    }

    /// <summary>Takes from the defaults what is not set.</summary>
    internal void Complete(SgdOptions defaults)
    {
        LearningRate ??= defaults.LearningRate;
        Momentum ??= defaults.Momentum;
        Dampening ??= defaults.Dampening;
        WeightDecay ??= defaults.WeightDecay;
        Nesterov ??= defaults.Nesterov;
        Maximize ??= defaults.Maximize;
    }
}
