using AudioVisualDigits.Data;
using ModalityBalance.Data;
using ModalityBalance.Strategies;
using ModalityBalance.Teachers;
using ModalityBalance.Training;

namespace AudioVisualDigits.Experiments;

/// <summary>Refuses what cannot be trained or judged, before anything is trained.</summary>
/// <param name="digits">The samples.</param>
/// <param name="settings">How to train.</param>
internal sealed class RunCheck(AudioVisualDigitSet digits, RunSettings settings)
{
    // The standard error of an accuracy on so many samples is up to five points.
    private const int LeastKept = 100;

    private readonly FusionEntry _fusion = FusionEntry.Of(settings.Fusion);

    /// <summary>Checks a run by one strategy.</summary>
    /// <exception cref="BadInputException">The message says why.</exception>
    public void Check(StrategyEntry strategy)
    {
        CheckKept("--validation", "choose the best epoch on");
        if (settings.ValidationShare > 0 && !strategy.LearnsFused(strategy.Fusion ?? _fusion))
            throw new BadInputException($"--validation must be 0 for {strategy.Name} with {_fusion.Name} fusion, which "
                + $"leaves no fused prediction to choose an epoch by, but is {settings.ValidationShare}.");
        CheckTraining(strategy);
    }

    /// <summary>Checks a diagnosis.</summary>
    /// <exception cref="BadInputException">The message says why.</exception>
    public void CheckDiagnosis()
    {
        CheckKept("--held-out", "judge on");
        CheckTraining(StrategyRegistry.Of(StrategyRegistry.Joint));
    }

    private void CheckKept(string option, string purpose)
    {
        int kept = DigitData.ValidationCount(digits, settings);
        if (settings.ValidationShare > 0 && kept < LeastKept)
            throw new BadInputException($"{option} must keep apart at least {LeastKept} samples to {purpose}, but "
                + $"keeps {kept}, a share of {settings.ValidationShare} of {digits.Train.Count}.");
    }

    private void CheckTraining(StrategyEntry strategy)
    {
        int samples = digits.Train.Count - DigitData.ValidationCount(digits, settings);
        if (settings.BatchSize > samples)
            throw new BadInputException($"--batch must be at most {samples}, the number of training samples, "
                + $"but is {settings.BatchSize}.");
        using var model = DigitModel.Build(strategy.Fusion ?? _fusion, settings.ToType());
        try
        {
            var rule = strategy.Create(new StrategyContext(settings));
            using var remembered = rule as IDisposable;
            var teachers = rule.Requirements.HasFlag(StrategyRequirements.Teachers) ? new Promised() : null;
            _ = new Trainer(
                model, DigitData.Task, rule, settings.ToTrainerOptions([], teachers, rule.Requirements));
        }
        catch (ArgumentException e)
        {
            // Without the name of the parameter, which .NET appends.
            throw new BadInputException(e.Message.Split(" (Parameter ")[0], e);
        }
    }

    /// <summary>Stands for teachers that are trained later.</summary>
    private sealed class Promised : ITeacherSource
    {
        public TeacherOutputs For(MultimodalBatch batch) =>
            throw new InvalidOperationException("The teachers must be trained before they are asked.");
    }
}
