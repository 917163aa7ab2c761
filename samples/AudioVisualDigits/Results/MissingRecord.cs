namespace AudioVisualDigits.Results;

/// <summary>The fused prediction's accuracy on the test split where modalities are missing.</summary>
/// <param name="Rates">Each modality of each sample missing at random; by rate, ascending.</param>
/// <param name="Subsets">Only some modalities there, for every sample.</param>
internal sealed record MissingRecord(IReadOnlyList<RateScore> Rates, IReadOnlyList<SubsetScore> Subsets);

/// <summary>The accuracy at one rate.</summary>
/// <param name="Rate">The probability with which each modality of each sample was to be missing.</param>
/// <param name="Missing">The share that was, below the rate: no sample loses its last modality.</param>
/// <param name="Accuracy">In [0, 1].</param>
internal sealed record RateScore(double Rate, double Missing, double Accuracy);

/// <summary>The accuracy with some modalities.</summary>
/// <param name="Modalities">Those that are there.</param>
/// <param name="Accuracy">In [0, 1].</param>
internal sealed record SubsetScore(IReadOnlyList<string> Modalities, double Accuracy);
