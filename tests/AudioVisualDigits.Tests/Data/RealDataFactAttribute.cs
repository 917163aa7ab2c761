namespace AudioVisualDigits.Tests.Data;

/// <summary>A fact about the real digits, skipped where they are not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealDataFactAttribute : FactAttribute
{
    public RealDataFactAttribute()
    {
        if (SharedData.Folder is null)
            Skip = "The real digits are not there: shared/data is missing beside the folder of the solution.";
    }
}
