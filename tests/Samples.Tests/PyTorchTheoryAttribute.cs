using System.Diagnostics;

namespace Samples.Tests;

/// <summary>A test that needs Python with PyTorch, skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PyTorchTheoryAttribute : TheoryAttribute
{
    /// <summary>The interpreter: the variable PYTHON, or the first of the usual ones that has PyTorch.</summary>
    public static string? Python { get; } = new[] { Environment.GetEnvironmentVariable("PYTHON"), "python3", "/usr/bin/python3" }
        .FirstOrDefault(name => name is not null && Run(name, "-c", "import torch").ExitCode == 0);

    public PyTorchTheoryAttribute()
    {
        if (Python is null)
        {
            Skip = "There is no PyTorch: on Debian, install python3-torch, or name an interpreter in the variable PYTHON.";
        }
    }

    /// <summary>Runs a Python program to its end.</summary>
    /// <returns>The exit code, -1 without such an interpreter, and what it wrote as errors.</returns>
    public static (int ExitCode, string Errors) Run(string python, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, arguments) { RedirectStandardError = true })!;
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, errors);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, "");
        }
    }
}
