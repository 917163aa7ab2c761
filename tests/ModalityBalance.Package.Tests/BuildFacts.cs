using System.Reflection;

namespace ModalityBalance.Package.Tests;

/// <summary>What the project file says of the build that these tests belong to.</summary>
internal static class BuildFacts
{
    private static readonly Dictionary<string, string?> Facts = typeof(BuildFacts).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().ToDictionary(fact => fact.Key, fact => fact.Value);

    public static string Root => Facts["Root"]!;

    public static string Configuration => Facts["Configuration"]!;

    /// <summary>Whether TorchSharp is the stand-in, which no feed has.</summary>
    public static bool IsLocal => Facts["TorchSharpSource"] == "Local";

    /// <summary>The property that makes another command see the same TorchSharp.</summary>
    public static string TorchSharpSource => $"-p:TorchSharpSource={Facts["TorchSharpSource"]}";

    /// <summary>The package that a program adds for the native libraries; the stand-in brings them itself.</summary>
    public static string BackendPackage => IsLocal ? "TorchSharp" : $"TorchSharp-{Facts["TorchBackend"]}";
}
