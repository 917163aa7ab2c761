namespace TorchSharp.Modules;

/// <summary>The options of the optimizers that keep moments of the gradient: Adam, AdamW, Adamax.</summary>
internal sealed class MomentOptions : OptimizerOptions
{
    internal MomentOptions()
    {
    }

    internal MomentOptions(double lr, double beta1, double beta2, double eps, double weight_decay, bool? amsgrad = null, bool? maximize = null)
    {
        LearningRate = lr;
        (Beta1, Beta2, Epsilon, WeightDecay, AmsGrad, Maximize) = (beta1, beta2, eps, weight_decay, amsgrad, maximize);
    }

    internal double? Beta1 { get; set; }

    internal double? Beta2 { get; set; }

    internal double? Epsilon { get; set; }

    internal double? WeightDecay { get; set; }

    /// <summary>Null where the optimizer has no such option; it is not in its files then either.</summary>
    internal bool? AmsGrad { get; set; }

    internal bool? Maximize { get; set; }

    internal (double, double) Betas
    {
        get => (Beta1!.Value, Beta2!.Value);
        set => (Beta1, Beta2) = value;
    }

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
