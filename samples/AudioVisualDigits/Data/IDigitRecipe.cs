namespace AudioVisualDigits.Data;

/// <summary>
/// What tells one task from another: how each sample is made, before standardization. Samples are made on several
/// threads, and each depends on its index alone.
/// </summary>
internal interface IDigitRecipe
{
    /// <summary>Gets the name of the task.</summary>
    string Name { get; }

    /// <summary>Gets where the samples come from.</summary>
    string Source { get; }

    /// <summary>Gets the digit of each sample, those of the training split first.</summary>
    IReadOnlyList<int> Labels { get; }

    /// <summary>Gets the number of training samples.</summary>
    int TrainCount { get; }

    /// <summary>Makes one second of sound, <see cref="LogMel.ClipLength"/> samples.</summary>
    double[] MakeSound(int index);

    /// <summary>Makes one image, row by row.</summary>
    void MakeImage(int index, Span<double> image);
}
