namespace ModalityBalance.Tasks;

/// <summary>What a checkpoint keeps of the scores of a task that the library does not know.</summary>
/// <param name="Samples">Samples that were scored.</param>
/// <param name="Value">The primary score.</param>
internal sealed record OtherScores(long Samples, double Value) : TaskScores(Samples)
{
    public override double Primary => Value;
}
