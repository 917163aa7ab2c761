using PublicApiGenerator;

namespace ModalityBalance.Datasets.Tests;

/// <summary>The public surface, compared with the approved text. To approve a change, replace PublicApi.txt by the file that a
/// failing test names.</summary>
public class PublicApiTests
{
    [Fact]
    public void The_public_surface_is_the_approved_one()
    {
        string actual = typeof(CremaD).Assembly.GeneratePublicApi(new ApiGeneratorOptions
        {
            IncludeAssemblyAttributes = false,
        }).ReplaceLineEndings("\n").Trim() + "\n";
        string received = Path.Combine(AppContext.BaseDirectory, "PublicApi.received.txt");
        File.WriteAllText(received, actual);

        string approved = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "PublicApi.txt"));

        approved
            .Should().Be(actual, "the approved surface is PublicApi.txt of this project, the present one {0}", received);
    }
}
