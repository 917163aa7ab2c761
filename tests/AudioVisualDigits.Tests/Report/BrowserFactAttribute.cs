namespace AudioVisualDigits.Tests.Report;

/// <summary>A fact about a page in a browser, skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (Browser.Program is null)
            Skip = "There is no browser: chromium, chromium-browser and google-chrome are missing on PATH.";
    }
}
