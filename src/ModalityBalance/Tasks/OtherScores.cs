namespace ModalityBalance.Tasks;

/// <summary>The part of a custom task's scores that a checkpoint keeps.</summary>
/// <param name="Samples">Samples that were scored.</param>
/// <param name="Value">The primary score.</param>
internal sealed record OtherScores(long Samples, double Value) : TaskScores(Samples)
{
    public override double Primary => Value;
}
