using System.Globalization;
using System.Text.RegularExpressions;

namespace AudioVisualDigits.Data;

/// <summary>What the file name of a spoken digit says: {digit}_{speaker}_{take}.wav.</summary>
internal sealed partial record RecordingName(int Digit, string Speaker, int Take)
{
    /// <summary>The number of takes of each digit by each speaker.</summary>
    public const int Takes = 50;

    private const int TestTakes = 5;

    /// <summary>Gets whether the recording belongs to the test split.</summary>
    public bool IsTest => Take < TestTakes;

    /// <summary>Gets the file name.</summary>
    public string FileName => $"{Digit}_{Speaker}_{Take}.wav";

    /// <summary>Reads a file name.</summary>
    /// <param name="path">The file, with or without its folder.</param>
    /// <exception cref="BadInputException">The name has another form.</exception>
    public static RecordingName Parse(string path)
    {
        var match = Pattern().Match(Path.GetFileName(path));
        if (!match.Success)
            throw new BadInputException($"'{path}' must be named {{digit}}_{{speaker}}_{{take}}.wav, "
                + $"with a digit 0 to 9, a speaker of letters and a take 0 to {Takes - 1}.");
        return new RecordingName(Number(match.Groups[1]), match.Groups[2].Value, Number(match.Groups[3]));
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^([0-9])_([A-Za-z]+)_([0-9]|[1-4][0-9])\.wav\z")]
    private static partial Regex Pattern();
}
