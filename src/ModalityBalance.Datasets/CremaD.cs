namespace ModalityBalance.Datasets;

/// <summary>CREMA-D (Cao et al., IEEE Transactions on Affective Computing 2014): actors say sentences with one of six
/// emotions.</summary>
/// <remarks>
/// <para>The folder holds the sound as published, the frames of the videos, one per second as in the published code of OGM-GE,
/// and the split files of that code:</para>
/// <code>
/// AudioWAV/1001_DFA_ANG_XX.wav
/// Image-01-FPS/1001_DFA_ANG_XX/*.jpg
/// train.csv, test.csv      1001_DFA_ANG_XX,ANG
/// </code>
/// </remarks>
public static class CremaD
{
    /// <summary>The emotions, by the number of their class.</summary>
    public static IReadOnlyList<string> Classes { get; } = ["NEU", "HAP", "SAD", "FEA", "DIS", "ANG"];

    /// <summary>Opens a split. Looks for every file, and decodes them later.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="split">The name of the split file without <c>.csv</c>, such as <c>train</c> or <c>test</c>.</param>
    /// <param name="options">How recordings are decoded. Defaults to the settings of OGM-GE's code.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="IOException">The folder, or the split file, is not there.</exception>
    /// <exception cref="InvalidDataException">The split file has another form, or names recordings or emotions that are not
    /// there.</exception>
    public static AudioVisualClips Open(string folder, string split, AudioVisualOptions? options = null)
    {
        options ??= new AudioVisualOptions();
        options.Check();
        ArgumentException.ThrowIfNullOrWhiteSpace(split);
        FileContent.Folder(folder, $"AudioWAV, Image-01-FPS and {split}.csv");
        var clips = SplitFile.Clips(
            Path.Combine(folder, $"{split}.csv"),
            Classes,
            name => Path.Combine(folder, "AudioWAV", $"{name}.wav"),
            name => Path.Combine(folder, "Image-01-FPS", name));
        return new AudioVisualClips($"CREMA-D {split}", clips, Classes, options);
    }
}
