using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;

namespace ModalityBalance.Diagnosis;

/// <summary>
/// Says from unimodal teachers and one joint run which modality starves, what the strategies would make of it, and
/// which of them to try first. The rules do not depend on the task; they were checked only on the two tasks of the sample.
/// <code>
/// most starved                        try
/// none                                Joint, Uniform
/// the one G2D would let learn first   StarvedFirst, G2D, own losses, I2MCL
/// another modality                    StarvedFirst, own losses, I2MCL, G2D
///
/// own losses: MMPareto, Uniform where gradients conflict; Uniform, MMPareto where they do not
/// </code>
/// </summary>
/// <param name="Modalities">What joint training made of each.</param>
/// <param name="Starved">The modality with the highest lost share among the starved ones; null when none is.</param>
/// <param name="PrioritizedByG2D">The modality that G2D would train first: that of the least confident
/// teacher (Eq. 6), the first among equals.</param>
/// <param name="Alpha">Where I2MCL's alphas stand with the paper's scale 1; null where the teachers' representations
/// do not fit the model's.</param>
/// <param name="SuggestedAlpha">Where they would have stood under the scale that brings them inside, by
/// <see cref="AlphaShares.Suggest"/>; null where <paramref name="Alpha"/> is.</param>
/// <param name="AlphaIsOfTrial">Whether both were seen in a trial of I2MCL, not along the joint run.</param>
/// <param name="Findings">All this in sentences.</param>
/// <param name="Advice">What to try, in order.</param>
public sealed record BalanceDiagnosis(
    IReadOnlyList<ModalityDiagnosis> Modalities,
    int? Starved,
    int PrioritizedByG2D,
    AlphaShares? Alpha,
    AlphaShares? SuggestedAlpha,
    bool AlphaIsOfTrial,
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<StrategyAdvice> Advice)
{
    /// <summary>The indices of the modalities, the one that joint training starves most first: the order for
    /// <see cref="StarvedFirstOptions.Order"/> and <see cref="G2DOptions.Order"/>.</summary>
    public IReadOnlyList<int> StarvationOrder =>
        [.. Modalities.Index().OrderByDescending(entry => entry.Item.LostShare).Select(entry => entry.Index)];

    /// <summary>Returns the findings, a line each, and what to try first.</summary>
    public override string ToString() => string.Join(
        Environment.NewLine, [.. Findings, .. Advice.Take(1).Select(advice => $"To try first: {advice}")]);

    /// <summary>Diagnoses a joint run.</summary>
    /// <param name="joint">The network after joint training.</param>
    /// <param name="teachers">The networks that learned each modality by itself, such as
    /// <see cref="UnimodalEnsemble"/>, with the same modalities.</param>
    /// <param name="monitor">The callback that watched that run. With a fusion that does not use the heads, train with
    /// <c>new JointTraining(trainHeads: true)</c>.</param>
    /// <param name="task">What was learned.</param>
    /// <param name="options">The data and the thresholds.</param>
    /// <param name="trial">The callback that watched a few epochs of I2MCL, in which alpha stands where it would in a run that
    /// distills; <see langword="null"/>, the default, to judge alpha by the joint run.</param>
    /// <param name="cancellation">Asked before every batch.</param>
    /// <exception cref="InvalidOperationException">A monitor has watched no step of a run with teachers.</exception>
    /// <exception cref="ArgumentException">Model, teachers and measurements differ in their modalities, an option is
    /// out of its range, or the data has no sample of a modality.</exception>
    public static BalanceDiagnosis Of(
        IMultimodalModel joint,
        IMultimodalModel teachers,
        BalanceMonitor monitor,
        LearningTask task,
        DiagnosisOptions options,
        BalanceMonitor? trial = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(joint);
        ArgumentNullException.ThrowIfNull(teachers);
        ArgumentNullException.ThrowIfNull(monitor);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return Of(
            joint, teachers, monitor.Read() with { Trial = trial?.Read().Distillation }, task, options, cancellation);
    }

    internal static BalanceDiagnosis Of(
        IMultimodalModel joint,
        IMultimodalModel teachers,
        BalanceMeasurements measurements,
        LearningTask task,
        DiagnosisOptions options,
        CancellationToken cancellation = default)
    {
        options.Check();
        var confidences = measurements.TeacherConfidences;
        if (!teachers.Modalities.SequenceEqual(joint.Modalities) || confidences.Count != joint.Modalities.Count)
        {
            throw new ArgumentException(
                $"teachers and measurements must be of the modalities {string.Join(", ", joint.Modalities)}, but are "
                + $"of {string.Join(", ", teachers.Modalities)} and of {confidences.Count}.", nameof(teachers));
        }

        var probes = new ProbeComparison(task, options).Of(joint, teachers, cancellation);
        return Of(
            [.. probes.Select((probe, m) => ModalityDiagnosis.Of(
                joint.Modalities[m],
                probe,
                options.StarvationThreshold,
                confidences[m],
                ConflictSummary.Of(measurements.Conflicts.Select(step => step[m]))))],
            measurements,
            options.ConflictThreshold);
    }

    /// <summary>Applies the rules to numbers.</summary>
    internal static BalanceDiagnosis Of(
        IReadOnlyList<ModalityDiagnosis> modalities, BalanceMeasurements measurements, double conflictsFrom)
    {
        var starved = modalities.Index().Where(entry => entry.Item.IsStarved)
            .OrderByDescending(entry => entry.Item.LostShare).Select(entry => (int?)entry.Index).FirstOrDefault();
        int first = SmpSchedule.Rank([.. modalities.Select(modality => modality.TeacherConfidence)])[0];
        var pairs = measurements.Trial ?? measurements.Distillation;
        var bare = new BalanceDiagnosis(
            modalities,
            starved,
            first,
            AlphaShares.Of(pairs, scale: 1),
            AlphaShares.Suggest(pairs),
            measurements.Trial is not null,
            Findings: [],
            Advice: []);
        return bare with
        {
            Findings = [.. DiagnosisText.Findings(bare)],
            Advice = [.. AdviceRules.Order(bare, conflictsFrom)],
        };
    }
}
