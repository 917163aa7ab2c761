namespace ModalityBalance.Datasets;

/// <summary>Kinetics-Sounds (Arandjelovic and Zisserman, ICCV 2017): the classes of Kinetics that can be seen and
/// heard.</summary>
/// <remarks>
/// <para>The videos are brought as sound and frames, with split files that name the class of each:</para>
/// <code>
/// audio/VIDEO.wav
/// frames/VIDEO/*.jpg
/// train.csv, test.csv      VIDEO,CLASS
/// </code>
/// </remarks>
public static class KineticsSounds
{
    /// <summary>Opens a split. Looks for every file, and decodes them later.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="split">The name of the split file without <c>.csv</c>, such as <c>train</c> or <c>test</c>.</param>
    /// <param name="classes">The names of the classes, by their number. <see langword="null"/>, the default, for those of
    /// <c>train.csv</c> in alphabetical order, which is the same for every split.</param>
    /// <param name="options">How recordings are decoded. Defaults to the settings of OGM-GE's code; MMPareto takes three
    /// frames.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="IOException">The folder, or a split file, is not there.</exception>
    /// <exception cref="InvalidDataException">The split file has another form, or names recordings or classes that are not there.
    /// </exception>
    public static AudioVisualClips Open(
        string folder, string split, IReadOnlyList<string>? classes = null, AudioVisualOptions? options = null)
    {
        options ??= new AudioVisualOptions();
        options.Check();
        ArgumentException.ThrowIfNullOrWhiteSpace(split);
        FileContent.Folder(folder, $"audio, frames and {split}.csv");
        classes ??=
        [
            .. SplitFile.Read(Path.Combine(folder, "train.csv")).Select(row => row.Class).Distinct().Order(StringComparer.Ordinal),
        ];
        var clips = SplitFile.Clips(
            Path.Combine(folder, $"{split}.csv"),
            classes,
            name => Path.Combine(folder, "audio", $"{name}.wav"),
            name => Path.Combine(folder, "frames", name));
        return new AudioVisualClips($"Kinetics-Sounds {split}", clips, classes, options);
    }
}
