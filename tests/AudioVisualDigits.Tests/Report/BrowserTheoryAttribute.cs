namespace AudioVisualDigits.Tests.Report;

/// <summary>A theory about a page in a browser, skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute()
    {
        if (Browser.Program is null)
            Skip = "There is no browser: chromium, chromium-browser and google-chrome are missing on PATH.";
    }
}
