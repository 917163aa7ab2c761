using ModalityBalance.Evaluation;
using ModalityBalance.Tasks;

namespace ModalityBalance.Diagnosis;

/// <summary>The effect of joint training on one modality.</summary>
/// <param name="Name">The modality.</param>
/// <param name="TeacherProbe">Scores of a linear probe on its teacher's representations, on held-out data.</param>
/// <param name="JointProbe">Scores of a linear probe on the joint model's representations, on the same data.</param>
/// <param name="Constant">Scores there of the constant prediction of least loss on the training data.</param>
/// <param name="LostShare">How much of what the teacher knows joint training lost, (teacher - joint) / (teacher -
/// constant) of the primary scores: 0 for nothing, 1 for all, negative for a gain; 0 where the teacher is no better
/// than a constant.</param>
/// <param name="IsStarved">Whether the lost share reaches <see cref="DiagnosisOptions.StarvationThreshold"/>; for accuracies
/// also whether the difference exceeds 1 / sqrt(samples), the most that two standard errors of an accuracy can be.
/// </param>
/// <param name="TeacherConfidence">The teacher's confidence (G2D, Eq. 5), over the training set where known.</param>
/// <param name="Gradients">How fused and own loss pulled at its encoder in the course of the joint run; null without
/// unimodal heads.</param>
public sealed record ModalityDiagnosis(
    string Name,
    TaskScores TeacherProbe,
    TaskScores JointProbe,
    TaskScores Constant,
    double LostShare,
    bool IsStarved,
    double TeacherConfidence,
    ConflictSummary? Gradients)
{
    /// <summary>Whether the joint probe is worse, but by no more than chance explains.</summary>
    internal bool IsLossOfChance =>
        LostShare > 0 && TeacherProbe.Primary - JointProbe.Primary <= ChanceOf(TeacherProbe);

    /// <summary>Compares two probes.</summary>
    internal static ModalityDiagnosis Of(
        string name,
        (TaskScores Teacher, TaskScores Joint, TaskScores Constant) probes,
        double starvedFrom,
        double confidence,
        ConflictSummary? gradients)
    {
        double knows = probes.Teacher.Primary - probes.Constant.Primary;
        double difference = probes.Teacher.Primary - probes.Joint.Primary;
        double lost = knows > 0 ? difference / knows : 0;
        return new ModalityDiagnosis(
            name,
            probes.Teacher,
            probes.Joint,
            probes.Constant,
            lost,
            lost >= starvedFrom && difference > ChanceOf(probes.Teacher),
            confidence,
            gradients);
    }

    private static double ChanceOf(TaskScores scores) =>
        scores is ClassificationScores ? 1 / Math.Sqrt(scores.Samples) : 0;
}
