using ModalityBalance.Models;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;

namespace ModalityBalance.Strategies;

/// <summary>A training to come, for a strategy to compare its settings with.</summary>
/// <param name="Model">The network.</param>
/// <param name="Task">What it is to learn.</param>
/// <param name="Epochs">The number of epochs.</param>
/// <param name="Teachers">The source of teacher outputs, or <see langword="null"/> if there is none.</param>
public sealed record TrainingPlan(IMultimodalModel Model, LearningTask Task, int Epochs, ITeacherSource? Teachers)
{
    /// <summary>The number of modalities, M.</summary>
    public int Modalities => Model.Modalities.Count;
}
