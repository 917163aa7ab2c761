using ModalityBalance.Training;

namespace AudioVisualDigits.Experiments;

/// <summary>An observer for training that nobody watches.</summary>
internal sealed class Silent : TrainingCallback;
