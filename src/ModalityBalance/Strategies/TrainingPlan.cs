using ModalityBalance.Teachers;

namespace ModalityBalance.Strategies;

/// <summary>What training is going to be, for a strategy to check before it begins.</summary>
/// <param name="Modalities">Number of modalities.</param>
/// <param name="Epochs">Epochs to come.</param>
/// <param name="Teachers">Where teacher outputs come from; null for nowhere.</param>
public sealed record TrainingPlan(int Modalities, int Epochs, ITeacherSource? Teachers);
