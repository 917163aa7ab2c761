using System.Reflection;
using PublicApiGenerator;

namespace ModalityBalance.Tests.Shared;

/// <summary>The public surface of an assembly, compared with the approved text. To approve a change, replace the approved file
/// by the one that a failing test names.</summary>
internal static class ApprovedSurface
{
    /// <summary>Compares with the file beside the tests.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="name">The file's name without its ending; of a project that approves several.</param>
    public static void Check(Assembly assembly, string name = "PublicApi")
    {
        string actual = assembly.GeneratePublicApi(new ApiGeneratorOptions
        {
            IncludeAssemblyAttributes = false,
        }).ReplaceLineEndings("\n").Trim() + "\n";
        string received = Path.Combine(AppContext.BaseDirectory, $"{name}.received.txt");
        File.WriteAllText(received, actual);

        string approved = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, $"{name}.txt"));

        approved.Should().Be(actual, "the approved surface is {0}.txt of this project, the present one {1}", name, received);
    }
}
