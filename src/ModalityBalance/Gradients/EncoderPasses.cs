namespace ModalityBalance.Gradients;

/// <summary>The cost of a step in passes through whole encoders, the deterministic figure behind its time.</summary>
/// <param name="Forwards">Encoder runs, with or without a graph.</param>
/// <param name="Backwards">Vector-Jacobian products through an encoder.</param>
public readonly record struct EncoderPasses(long Forwards, long Backwards)
{
    /// <summary>The cost of two steps together.</summary>
    public static EncoderPasses operator +(EncoderPasses left, EncoderPasses right) => left.Add(right);

    /// <summary>The cost of two steps together.</summary>
    public EncoderPasses Add(EncoderPasses other) => new(Forwards + other.Forwards, Backwards + other.Backwards);
}
