using ModalityBalance.Diagnosis;
using ModalityBalance.Evaluation;
using static TorchSharp.torch;

namespace ModalityBalance.Plots;

/// <summary>Charts of evaluations.</summary>
public static class EvaluationCharts
{
    /// <summary>Draws how evenly a model uses its modalities: for each, the primary score of its own head and of its teacher,
    /// where there are such, and its Shapley value of the fused prediction's score.</summary>
    /// <param name="report">The measurements.</param>
    public static BarChart Balance(BalanceReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var modalities = report.Modalities;
        BarSeries?[] series =
        [
            Bars("own head", modality => modality.Head?.Primary),
            Bars("teacher", modality => modality.Teacher?.Primary),
            Bars("Shapley value", modality => modality.Shapley),
        ];
        return new BarChart(
            "Balance of the modalities", ScoreNames.Of(report.Fused), [.. modalities.Select(modality => modality.Name)],
            [.. series.OfType<BarSeries>()]);

        BarSeries? Bars(string name, Func<ModalityReport, double?> value) => modalities.All(modality => value(modality) is null)
            ? null
            : new BarSeries(name, [.. modalities.Select(modality => value(modality) ?? double.NaN)]);
    }

    /// <summary>Draws what joint training made of each modality: the primary scores of linear probes on the teacher's and on the
    /// joint model's representations, and of the best constant.</summary>
    /// <param name="diagnosis">The measurements.</param>
    public static BarChart Starvation(BalanceDiagnosis diagnosis)
    {
        ArgumentNullException.ThrowIfNull(diagnosis);
        var modalities = diagnosis.Modalities;
        return new BarChart(
            "What joint training left to each modality",
            $"{ScoreNames.Of(modalities[0].TeacherProbe)} of a linear probe",
            [.. modalities.Select(modality => modality.IsStarved ? $"{modality.Name} (starved)" : modality.Name)],
            [
                new BarSeries("trained by itself", [.. modalities.Select(modality => modality.TeacherProbe.Primary)]),
                new BarSeries("trained jointly", [.. modalities.Select(modality => modality.JointProbe.Primary)]),
                new BarSeries("best constant", [.. modalities.Select(modality => modality.Constant.Primary)]),
            ]);
    }

    /// <summary>Draws the primary score of the fused prediction over the rate at which modalities are missing at
    /// random.</summary>
    /// <param name="models">Each model's name and scores (<see cref="MissingModalities.AtRandom"/>), at least one.</param>
    /// <exception cref="ArgumentException">There is no model, or one without scores.</exception>
    public static LineChart MissingModalities(params IReadOnlyList<(string Name, IReadOnlyList<MissingRateScores> Scores)> models)
    {
        Check.Parts(models, nameof(models), model => model.Name);
        foreach (var (name, scores) in models)
        {
            ArgumentNullException.ThrowIfNull(scores, nameof(models));
            if (scores.Count == 0)
            {
                throw new ArgumentException($"Scores of model '{name}' must hold at least one rate, but hold none.",
                    nameof(models));
            }
        }

        return new LineChart(
            "Missing modalities",
            "rate of missing modalities in %",
            $"fused {ScoreNames.Of(models[0].Scores[0].Scores)}",
            [.. models.Select(model => Series.Of(
                model.Name, model.Scores.Select(scores => (100 * scores.Rate, scores.Scores.Primary))))]);
    }

    /// <summary>Draws the primary score of the fused prediction from every subset of the modalities.</summary>
    /// <param name="subsets">The scores (<see cref="Evaluation.MissingModalities.OfSubsets"/>), at least one.</param>
    /// <param name="modalities">The names of the modalities, in order.</param>
    /// <exception cref="ArgumentException">There is no subset, or one of other modalities.</exception>
    public static BarChart Subsets(IReadOnlyList<SubsetScores> subsets, IReadOnlyList<string> modalities)
    {
        Check.Parts(subsets, nameof(subsets), _ => "");
        Check.Parts(modalities, nameof(modalities), modality => modality);
        int most = subsets.SelectMany(subset => subset.Modalities).DefaultIfEmpty(-1).Max();
        if (most >= modalities.Count)
        {
            throw new ArgumentException(
                $"modalities must name every modality of the subsets, {most + 1}, but names {modalities.Count}.",
                    nameof(modalities));
        }

        return new BarChart(
            "Subsets of the modalities",
            $"fused {ScoreNames.Of(subsets[0].Scores)}",
            [.. subsets.Select(subset => string.Join(" + ", subset.Modalities.Select(m => modalities[m])))],
            [new BarSeries("fused", [.. subsets.Select(subset => subset.Scores.Primary)])]);
    }

    /// <summary>Draws representations in the plane of their two leading principal components, by class.</summary>
    /// <param name="title">The title, such as the name of the modality.</param>
    /// <param name="representations">One row per sample, [samples, ...], finite, of at least two samples
    /// (<see cref="Evaluator.Represent"/>). The caller keeps it.</param>
    /// <param name="targets">The class of each sample, [samples], integers. The caller keeps it.</param>
    /// <param name="classes">The names of the classes, from class 0. Defaults to their numbers.</param>
    /// <exception cref="ArgumentException">Shapes, types or values are not as said.</exception>
    public static ScatterChart FeatureMap(
        string title, Tensor representations, Tensor targets, IReadOnlyList<string>? classes = null)
    {
        ArgumentNullException.ThrowIfNull(representations);
        ArgumentNullException.ThrowIfNull(targets);
        using var scope = NewDisposeScope();
        if (targets.dim() != 1 || is_floating_point(targets) || targets.shape[0] != representations.shape.FirstOrDefault())
        {
            throw new ArgumentException(
                $"targets must hold one class per sample, {representations.shape.FirstOrDefault()} integers, but have shape "
                + $"[{string.Join(", ", targets.shape)}] and type {targets.dtype}.", nameof(targets));
        }

        long[] labels = targets.to(ScalarType.Int64).cpu().data<long>().ToArray();
        if (labels.Min() < 0 || (classes is not null && labels.Max() >= classes.Count))
        {
            throw new ArgumentException(
                $"targets must lie in [0, {(classes is null ? "classes" : classes.Count)}), but lie in "
                + $"[{labels.Min()}, {labels.Max()}].", nameof(targets));
        }

        var plane = PrincipalPlane.Of(representations);
        var groups = plane.Points.Zip(labels).GroupBy(sample => sample.Second, sample => sample.First)
            .OrderBy(group => group.Key);
        return new ScatterChart(
            title,
            $"first component ({Words.Percent(plane.Shares[0])} of the variance)",
            $"second component ({Words.Percent(plane.Shares[1])})",
            [.. groups.Select(group => new PointGroup(classes?[(int)group.Key] ?? $"class {group.Key}", [.. group]))]);
    }
}
