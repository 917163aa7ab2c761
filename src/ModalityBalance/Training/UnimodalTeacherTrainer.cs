using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;

namespace ModalityBalance.Training;

/// <summary>
/// Trains one encoder and head per modality with the shared loop, all in one run: nothing is fused, each learns from
/// its own loss only, and an optimizer that treats its parameters one by one (SGD, Adam and their kin) takes each
/// where it would go by itself. Settings of a single modality are parameter groups of the optimizer. The best epoch is
/// chosen for each modality by itself.
/// </summary>
public sealed class UnimodalTeacherTrainer
{
    private readonly UnimodalEnsemble _teachers;
    private readonly LearningTask _task;
    private readonly TrainerOptions _options;

    /// <summary>Checks everything that can be checked before training.</summary>
    /// <param name="teachers">The networks; stay the caller's.</param>
    /// <param name="task">What they are to learn.</param>
    /// <param name="options">How to train. With <see cref="TrainerOptions.RestoreBestWeights"/>, each teacher ends with the
    /// weights of the epoch in which its own prediction was best; <see cref="TrainerOptions.Teachers"/> has no effect.
    /// </param>
    /// <exception cref="ArgumentException">An option is invalid, or the pre-flight check has findings; the message
    /// names them all.</exception>
    public UnimodalTeacherTrainer(UnimodalEnsemble teachers, LearningTask task, TrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(teachers);
        (_teachers, _task, _options) = (teachers, task, options);
        _ = NewTrainer(options);
    }

    /// <summary>Trains the teachers.</summary>
    /// <inheritdoc cref="Trainer.Fit"/>
    public TeacherTrainingResult Fit(
        IBatchSource train, IBatchSource? validation = null, CancellationToken cancellation = default)
    {
        using var best = new BestTeachers(_teachers, _options.RestoreBestWeights);
        var own = _options with { RestoreBestWeights = false, Teachers = null, Callbacks = [best, .. _options.Callbacks] };
        var result = NewTrainer(own).Fit(train, validation, cancellation);
        return new TeacherTrainingResult(result.Epochs, best.Epochs);
    }

    private Trainer NewTrainer(TrainerOptions options) => new(_teachers, _task, new UnimodalTraining(), options);
}
