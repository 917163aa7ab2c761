using System.Xml.Linq;
using AudioVisualDigits.Results;

namespace AudioVisualDigits.Report;

/// <summary>What was run, and on what.</summary>
internal static class RunSection
{
    /// <summary>Gets the section.</summary>
    public static XElement Of(StudyRecord study) => ReportSection.Of(
        "What was run",
        "Everything needed to repeat it. Within a seed every strategy starts from the same weights and sees the same "
            + "batches.",
        new XElement("dl", Facts(study).Select(fact => new XElement("div",
            new XElement("dt", fact.Name), new XElement("dd", fact.Value)))),
        Remarks(study));

    private static IEnumerable<(string Name, object Value)> Facts(StudyRecord study)
    {
        var (task, settings, environment) = (study.Task, study.Settings, study.Environment);
        yield return ("arguments", new XElement("code", string.Join(' ', study.CommandLine)));
        yield return ("task", $"{task.Name} ({task.Source}), {task.TrainingSamples} training samples, "
            + $"{task.TestSamples} test samples");
        yield return ("strategies", string.Join(", ", study.Strategies));
        yield return ("seeds", string.Join(", ", study.Seeds));
        yield return ("fusion", settings.Fusion);
        yield return ("training", $"{settings.Epochs} epochs in batches of {settings.BatchSize} on {settings.Device}");
        yield return ("optimizer", $"SGD, learning rate {settings.LearningRate} and {settings.LearningRateDrop} times "
            + $"that from epoch {settings.LearningRateDropEpoch + 1} on, momentum {settings.Momentum}, "
            + $"weight decay {settings.WeightDecay}");
        yield return ("validation", settings.ValidationShare > 0
            ? $"{settings.ValidationShare:P0} of the training samples, the best epoch's weights kept"
            : "none, the last epoch's weights kept");
        yield return ("distillation scale", $"{settings.DistillationScale} (I2MCL)");
        yield return ("prioritized epochs", $"{settings.PrioritizedEpochs} (G2D)");
        yield return ("software", $"ModalityBalance {environment.ModalityBalance}, "
            + $"TorchSharp {environment.TorchSharp}, libtorch {environment.LibTorch}, {environment.DotNet}");
        yield return ("system", $"{environment.System}, {environment.Threads} threads");
    }

    private static XElement? Remarks(StudyRecord study)
    {
        var remarks = study.Runs.SelectMany(run => run.Warnings, (run, remark) =>
            new XElement("li", $"{run.Strategy}, seed {run.Seed}: {remark}")).ToArray();
        return remarks.Length == 0 ? null : new XElement("ul", remarks);
    }
}
