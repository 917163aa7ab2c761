using System.Reflection;

namespace ModalityBalance.Package.Tests;

/// <summary>What the project file says of the build that these tests belong to.</summary>
internal static class BuildFacts
{
    private static readonly Dictionary<string, string?> Facts = typeof(BuildFacts).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().ToDictionary(fact => fact.Key, fact => fact.Value);

    public static string Root => Facts["Root"]!;

    public static string Configuration => Facts["Configuration"]!;

    /// <summary>The package that a program adds for the native libraries on this system.</summary>
    public static string BackendPackage => Facts["BackendPackage"]!;

    /// <summary>The version of that package.</summary>
    public static string BackendVersion => Facts["BackendVersion"]!;

    /// <summary>The version of TorchSharp.</summary>
    public static string TorchSharpVersion => Facts["TorchSharpVersion"]!;

    /// <summary>The folder of restored packages.</summary>
    public static string PackageFolder => Facts["PackageFolder"]!;
}
