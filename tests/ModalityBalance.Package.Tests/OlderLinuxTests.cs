using System.Text;

namespace ModalityBalance.Package.Tests;

/// <summary>The package's targets on TorchSharp's native library, with a libstdc++ that lacks or has the version.</summary>
public sealed class OlderLinuxTests : IDisposable
{
    private const string Warning = "warning MB0001";

    private readonly string _folder = Directory.CreateTempSubdirectory("modality-balance-").FullName;

    private string Library => Path.Combine(_folder, "libLibTorchSharp.so");

    private static string Published => Path.Combine(
        BuildFacts.PackageFolder, "torchsharp", BuildFacts.TorchSharpVersion,
        "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void One_flag_changes_and_a_second_build_changes_nothing()
    {
        var original = File.ReadAllBytes(Published);
        CopyLibrary();

        Build("GLIBCXX_3.4.30", allow: "true").Should().Contain("no longer requires GLIBCXX_3.4.32");
        var changed = File.ReadAllBytes(Library);
        Build("GLIBCXX_3.4.30", allow: "true").Should().NotContain("no longer requires");

        var offset = original.Index().Single(pair => pair.Item != changed[pair.Index]).Index;
        (original[offset], changed[offset]).Should().Be((0, 2));
        BitConverter.ToUInt32(original, offset - 4).Should().Be(0x0297f842, "it is the flag of that version's entry");
        File.ReadAllBytes(Library).Should().Equal(changed);
        File.GetLastWriteTimeUtc(Library).Should().Be(File.GetLastWriteTimeUtc(Published));
        Directory.GetFiles(_folder, "*.new").Should().BeEmpty();
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("false", false)]
    public void Without_the_property_the_library_stays_and_a_warning_names_it(string allow, bool warns)
    {
        CopyLibrary();

        var output = Build("GLIBCXX_3.4.30", allow);

        output.Contains(Warning, StringComparison.Ordinal).Should().Be(warns);
        output.Contains("ModalityBalanceAllowOlderLibstdcxx", StringComparison.Ordinal).Should().Be(warns);
        File.ReadAllBytes(Library).Should().Equal(File.ReadAllBytes(Published));
    }

    [Fact]
    public void A_system_that_has_the_version_needs_nothing()
    {
        CopyLibrary();

        Build("GLIBCXX_3.4.32", allow: "").Should().NotContain(Warning);
        Build("GLIBCXX_3.4.32", allow: "true").Should().NotContain("no longer requires");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(100_000)]
    public void A_cut_library_is_left_alone(int length)
    {
        File.WriteAllBytes(Library, File.ReadAllBytes(Published)[..length]);

        Build("GLIBCXX_3.4.30", allow: "true").Should().NotContain("no longer requires");

        new FileInfo(Library).Length.Should().Be(length);
    }

    private void CopyLibrary() => File.Copy(Published, Library);

    private string Build(string version, string allow)
    {
        var runtime = Path.Combine(_folder, "libstdc++.so.6");
        File.WriteAllText(runtime, version, Encoding.ASCII);
        var targets = Path.Combine(BuildFacts.Root, "src", "ModalityBalance", "buildTransitive", "ModalityBalance.targets");
        var project = Path.Combine(_folder, "build.proj");
        File.WriteAllText(project, $"<Project><Import Project=\"{targets}\" /></Project>");
        return ChildProcess.Dotnet(
            _folder, _folder, "msbuild", project, "-t:MakeLibstdcxxVersionWeakInOutput", $"-p:OutDir={_folder}/",
            $"-p:ModalityBalanceLibstdcxx={runtime}", $"-p:ModalityBalanceAllowOlderLibstdcxx={allow}");
    }
}
