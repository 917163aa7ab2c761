namespace ModalityBalance.Gradients;

/// <summary>Specifies what a step does with an encoder.</summary>
public enum EncoderUse
{
    /// <summary>Runs it and keeps its graph, so that it can learn.</summary>
    Learn,

    /// <summary>Runs it without a graph, at a third of the cost.</summary>
    Forward,

    /// <summary>Does not run it. Its representation is zero.</summary>
    Skip,
}
