using System.Text.Json;

namespace AudioVisualDigits.Tests;

/// <summary>One run of the program inside the test's process.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    /// <summary>Gets the lines of the output.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Runs the program as it is.</summary>
    public static ProgramRun Of(params string[] args) => Of(null, default, args);

    /// <summary>Runs the program on a few easy digits, whatever data it is told to take.</summary>
    public static ProgramRun OnTinyDigits(params string[] args) => Of((_, _, _) => TinyDigits.Set, default, args);

    /// <summary>Runs the program on twice as many, of which half can be kept apart.</summary>
    public static ProgramRun OnMoreDigits(params string[] args) => Of((_, _, _) => TinyDigits.More, default, args);

    /// <summary>Runs the program with its own way to make the digits.</summary>
    public static ProgramRun Of(DigitLoader? load, CancellationToken cancellation, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = new DigitsProgram(output, error, load).Run(args, cancellation);
        return new ProgramRun(code, output.ToString(), error.ToString());
    }

    /// <summary>Reads a result file.</summary>
    public static JsonElement Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.Clone();
    }
}
