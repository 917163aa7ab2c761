namespace AudioVisualDigits.Tests.Data;

/// <summary>The real digits, in shared/data beside the folder of the solution.</summary>
internal static class SharedData
{
    /// <summary>Gets the data folder, or null where it is not there.</summary>
    public static string? Folder { get; } = Find();

    private static string? Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ModalityBalance.sln")))
            folder = folder.Parent;
        if (folder?.Parent is null)
            return null;
        var data = Path.Combine(folder.Parent.FullName, "shared", "data");
        return Directory.Exists(data) ? data : null;
    }
}
