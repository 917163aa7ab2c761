using System.Text.RegularExpressions;

namespace ModalityBalance.Package.Tests;

/// <summary>The template as a user gets it: installed from its package, made into a program, built against the packed library.
/// </summary>
[Collection(nameof(PackedFeed))]
public sealed partial class TemplateTests(PackedFeed packed)
{
    private string App => Path.Combine(packed.Folder, "MyApp");

    private string Program => Path.Combine(App, "bin", "Release", "net10.0", "MyApp.dll");

    [Fact]
    public void Its_program_trains_and_says_in_one_sentence_when_it_cannot()
    {
        Instantiate();
        ChildProcess.Dotnet(App, packed.Folder, "build", "-c", "Release", "-nodeReuse:false", "-p:TreatWarningsAsErrors=true")
            .Should().Contain(" 0 Warning(s)");

        string output = ChildProcess.Dotnet(App, packed.Folder, Program);

        Epoch().Count(output).Should().Be(10);
        var ofVision = Regex.Match(output, @"^vision: (\d+)\.\d % on its own, (\d+)\.\d % by a probe$", RegexOptions.Multiline);
        int.Parse(ofVision.Groups[2].Value).Should().BeGreaterThan(60, "the strategy lets both encoders learn");

        // TorchSharp looks for native libraries beside the program and in the folder of packages.
        Directory.Delete(Path.Combine(Path.GetDirectoryName(Program)!, "runtimes"), recursive: true);
        var without = ChildProcess.Run(App, packed.Folder, new() { ["NUGET_PACKAGES"] = packed.Folder }, Program);
        without.ExitCode.Should().Be(2);
        without.Errors.TrimEnd().Should().Be(
            "The native libraries of TorchSharp must load on this system, but do not: see the project file.");
    }

    [Fact]
    public void It_has_the_versions_of_this_build_and_about_sixty_lines()
    {
        Instantiate();

        string project = File.ReadAllText(Path.Combine(App, "MyApp.csproj"));
        project.Should().Contain($"Include=\"ModalityBalance\" Version=\"{packed.Version}\"")
            .And.Contain($"Include=\"{BuildFacts.BackendPackage}\" Version=\"{BuildFacts.BackendVersion}\"")
            .And.NotContain("_VERSION");
        File.ReadLines(Path.Combine(App, "Program.cs")).Count().Should().BeInRange(50, 80);
    }

    [Fact]
    public void Global_usings_come_with_the_property_only()
    {
        Instantiate();
        ChildProcess.Dotnet(App, packed.Folder, "restore");

        Usings("true").Should().Contain("ModalityBalance.Models").And.Contain("TorchSharp.torch");
        Usings("").Should().NotContain("ModalityBalance").And.NotContain("TorchSharp").And.Contain("System.Linq");

        string Usings(string value) => ChildProcess.Dotnet(
            App, packed.Folder, "msbuild", "-getItem:Using", $"-p:ModalityBalanceGlobalUsings={value}");
    }

    private void Instantiate()
    {
        if (Directory.Exists(App))
        {
            return;
        }

        packed.Pack("templates/ModalityBalance.Templates");
        string package = Directory.GetFiles(packed.Feed, "ModalityBalance.Templates.*.nupkg").Single();
        string hive = Path.Combine(packed.Folder, "hive");
        ChildProcess.Dotnet(packed.Folder, packed.Folder, "new", "install", package, "--debug:custom-hive", hive);
        ChildProcess.Dotnet(
            packed.Folder, packed.Folder, "new", "modality-balance", "-o", App, "--no-restore", "--debug:custom-hive", hive);
    }

    [GeneratedRegex(@"^epoch \d: loss \d+\.\d+, validation \d+\.\d %$", RegexOptions.Multiline)]
    private static partial Regex Epoch();
}
