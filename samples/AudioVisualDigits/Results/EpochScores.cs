namespace AudioVisualDigits.Results;

/// <summary>Accuracies after an epoch, on the validation samples, or on the test split where there are none; null for a
/// prediction that nothing trains.</summary>
/// <param name="Fused">Accuracy of the fused prediction.</param>
/// <param name="Heads">Accuracy of each modality's own prediction.</param>
internal sealed record EpochScores(double? Fused, IReadOnlyList<double?> Heads);
