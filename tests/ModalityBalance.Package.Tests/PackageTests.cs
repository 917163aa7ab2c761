namespace ModalityBalance.Package.Tests;

[Collection(nameof(PackedFeed))]
public sealed class PackageTests(PackedFeed packed)
{
    private static readonly string[] Strategies =
    [
        "joint", "uniform", "unimodal", "conventional-pareto", "mmpareto", "i2mcl", "g2d", "umt", "ogm", "agm", "pmr",
        "gradient-blending", "cls", "mses", "mslr", "pcgrad", "gradnorm", "metabalance", "mla", "reconboost", "di-mml", "dlmg",
        "cggm", "dgl", "opm", "starved-first", "multi-task",
    ];

    /// <summary>Each package with what it depends on beside the library and TorchSharp.</summary>
    public static TheoryData<string, string[]> Packages => new()
    {
        { "ModalityBalance", ["MathNet.Numerics", "TorchSharp"] },
        {
            "ModalityBalance.Datasets",
            ["ModalityBalance", "NAudio.Core", "NumSharp", "PureHDF", "SkiaSharp", "SkiaSharp.NativeAssets.Linux.NoDependencies", "TorchSharp"]
        },
        { "ModalityBalance.Logging", ["Microsoft.Extensions.Logging.Abstractions", "ModalityBalance", "TorchSharp"] },
        { "ModalityBalance.Mpi", ["ModalityBalance", "TorchSharp"] },
        { "ModalityBalance.Plots", ["ModalityBalance", "ScottPlot", "TorchSharp"] },
        { "ModalityBalance.SpectreConsole", ["ModalityBalance", "Spectre.Console", "TorchSharp"] },
    };

    [Theory]
    [MemberData(nameof(Packages))]
    public void It_carries_what_a_package_needs_and_depends_on_no_more_than_it_says(string name, string[] dependencies)
    {
        using var package = packed.Open(name);
        var metadata = PackedFeed.Metadata(package, name);
        string Value(string element) => metadata.Element(metadata.Name.Namespace + element)!.Value;

        package.Entries.Select(entry => entry.FullName).Should().Contain(
            [Value("readme"), Value("icon"), $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml"]);
        package.Entries.Count(entry => entry.FullName.StartsWith("lib/", StringComparison.Ordinal)).Should().Be(2);
        Value("version").Should().Be(packed.Version);
        Value("license").Should().StartWith("MIT");
        Value("description").Should().NotBeEmpty();
        Value("tags").Should().Contain("multimodal");
        Directory.GetFiles(packed.Feed, $"{name}.{packed.Version}.snupkg").Should().ContainSingle();
        var needed = metadata.Descendants(metadata.Name.Namespace + "dependency").ToDictionary(
            dependency => dependency.Attribute("id")!.Value, dependency => dependency.Attribute("version")!.Value);
        needed.Keys.Should().BeEquivalentTo(dependencies);
        needed["TorchSharp"].Should().Be(BuildFacts.TorchSharpVersion);
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Its_readme_stands_by_itself(string name, string[] dependencies)
    {
        using var package = packed.Open(name);

        string readme = PackedFeed.Text(package, "README.md");

        readme.Should().StartWith($"# {name}\n").And.MatchRegex("```csharp\n", "it shows how to begin");
        readme.Should().NotContain("](", "a link would lead nowhere outside of the repository");
        if (dependencies.Contains("MathNet.Numerics"))
        {
            readme.Should().Contain(BuildFacts.TorchSharpVersion, "the native libraries must fit");
        }
    }

    [Fact]
    public void The_library_brings_the_targets_for_older_systems()
    {
        using var package = packed.Open("ModalityBalance");

        package.GetEntry("buildTransitive/ModalityBalance.targets").Should().NotBeNull();
    }

    [Fact]
    public void A_program_that_has_the_package_alone_trains_with_every_strategy()
    {
        var losses = RunConsumer("Consumer").Select(line => line.Split(' ')).ToArray();

        losses.Select(line => line[0]).Should().Equal(Strategies);
        // Every strategy falls to less than a fifth here; half says that it learns, however it starts.
        losses.Should().OnlyContain(line => Number(line[2]) < 0.5 * Number(line[1]));
    }

    [Fact]
    public void A_program_that_has_the_optional_packages_uses_each()
    {
        var lines = RunConsumer("OptionalConsumer");

        lines.Should().Contain("Datasets 20").And.Contain("SpectreConsole 2");
        Value("Logging").Should().BeGreaterThan(2, "it tells of the start, two epochs and the end");
        Value("Plots").Should().BeGreaterThan(1000, "it is the size of a picture");
        lines.Should().ContainSingle(line => line.StartsWith("Mpi ", StringComparison.Ordinal))
            .Which.Should().Match(line => line == "Mpi 1" || line.StartsWith("Mpi none: ", StringComparison.Ordinal));

        double Value(string name) =>
            Number(lines.Single(line => line.StartsWith($"{name} ", StringComparison.Ordinal)).Split(' ')[1]);
    }

    /// <summary>Builds a program from the packages, without a warning, and runs it.</summary>
    /// <returns>The lines that it wrote.</returns>
    private string[] RunConsumer(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(packed.Folder, name)).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, name)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        ChildProcess.Dotnet(
            folder,
            packed.Folder,
            "build", "-c", "Release", "-nodeReuse:false",
            $"-p:ModalityBalanceVersion={packed.Version}",
            $"-p:BackendPackage={BuildFacts.BackendPackage}",
            $"-p:BackendVersion={BuildFacts.BackendVersion}",
            "-p:ModalityBalanceAllowOlderLibstdcxx=true")
            .Should().Contain(" 0 Warning(s)");
        return ChildProcess.Dotnet(folder, packed.Folder, Path.Combine("bin", "Release", "net10.0", $"{name}.dll"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
