namespace AudioVisualDigits.Data;

/// <summary>The recordings of both splits, each in order of digit, speaker and take, each of unit power.</summary>
internal sealed record SpokenDigits(IReadOnlyList<double[]> Train, IReadOnlyList<double[]> Test)
{
    private const int SpeakerCount = 6;

    /// <summary>Reads all recordings in a folder.</summary>
    /// <param name="folder">The folder of the WAV files.</param>
    /// <param name="cancellation">Ends the work with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="BadInputException">Files are missing, superfluous, misnamed or damaged.</exception>
    public static SpokenDigits Read(string folder, CancellationToken cancellation)
    {
        var names = FindNames(folder);
        CheckComplete(folder, names);
        IReadOnlyList<double[]> ReadSplit(bool test) =>
            [.. names.Where(name => name.IsTest == test).Select(name => ReadOne(folder, name, cancellation))];
        return new SpokenDigits(ReadSplit(test: false), ReadSplit(test: true));
    }

    /// <summary>Gets the recordings in the order that the pairing counts them in.</summary>
    public static IReadOnlyList<RecordingName> FindNames(string folder)
    {
        if (!Directory.Exists(folder))
            throw DataFolder.Missing(folder);
        return [.. InputFile.List(folder, "*.wav")
            .Select(RecordingName.Parse)
            .OrderBy(name => name.Digit)
            .ThenBy(name => name.Speaker, StringComparer.Ordinal)
            .ThenBy(name => name.Take)];
    }

    private static void CheckComplete(string folder, IReadOnlyList<RecordingName> names)
    {
        string[] speakers = [.. names.Select(name => name.Speaker).Distinct()];
        if (speakers.Length != SpeakerCount)
            throw new BadInputException($"'{folder}' must hold WAV files of {SpeakerCount} speakers, "
                + $"but holds {names.Count} files of {speakers.Length} speakers.");
        var expected = from digit in Enumerable.Range(0, AudioVisualDigitSet.Classes)
                       from speaker in speakers
                       from take in Enumerable.Range(0, RecordingName.Takes)
                       select new RecordingName(digit, speaker, take);
        RecordingName[] missing = [.. expected.Except(names)];
        if (missing.Length > 0)
            throw new BadInputException($"'{folder}' must hold takes 0 to {RecordingName.Takes - 1} of each digit by "
                + $"each speaker, but {missing.Length} are missing, the first of them {missing[0].FileName}.");
    }

    private static double[] ReadOne(string folder, RecordingName name, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var samples = WavFile.Read(Path.Combine(folder, name.FileName));
        SignalPower.Normalize(samples);
        return samples;
    }
}
