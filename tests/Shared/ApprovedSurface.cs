using System.Reflection;
using PublicApiGenerator;

namespace ModalityBalance.Tests.Shared;

/// <summary>The public surface of an assembly, compared with the approved text. To approve a change, replace PublicApi.txt by the
/// file that a failing test names.</summary>
internal static class ApprovedSurface
{
    /// <summary>Compares with the file beside the tests.</summary>
    public static void Check(Assembly assembly)
    {
        string actual = assembly.GeneratePublicApi(new ApiGeneratorOptions
        {
            IncludeAssemblyAttributes = false,
        }).ReplaceLineEndings("\n").Trim() + "\n";
        string received = Path.Combine(AppContext.BaseDirectory, "PublicApi.received.txt");
        File.WriteAllText(received, actual);

        string approved = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "PublicApi.txt"));

        approved.Should().Be(actual, "the approved surface is PublicApi.txt of this project, the present one {0}", received);
    }
}
