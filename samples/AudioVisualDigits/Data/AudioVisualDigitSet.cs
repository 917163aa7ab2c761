namespace AudioVisualDigits.Data;

/// <summary>Paired spoken and written digits. Modality 0 is the audio, modality 1 the image.</summary>
/// <param name="Name">Which of the tasks this is, a word for records.</param>
/// <param name="Source">Where the samples come from: a folder, or the seed of the generator.</param>
/// <param name="Train">The training split.</param>
/// <param name="Test">The test split.</param>
/// <param name="AudioScale">What the audio was standardized by.</param>
/// <param name="ImageScale">What the images were standardized by.</param>
internal sealed record AudioVisualDigitSet(
    string Name,
    string Source,
    DigitSplit Train,
    DigitSplit Test,
    Standardization AudioScale,
    Standardization ImageScale)
{
    /// <summary>The number of digits.</summary>
    public const int Classes = 10;

    /// <summary>Rows and columns of a spectrogram.</summary>
    public const int AudioSide = LogMel.Side;

    /// <summary>Rows and columns of an image.</summary>
    public const int ImageSide = 28;
}
