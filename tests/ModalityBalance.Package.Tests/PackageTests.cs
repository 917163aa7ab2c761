namespace ModalityBalance.Package.Tests;

[Collection(nameof(PackedFeed))]
public sealed class PackageTests(PackedFeed packed)
{
    private static readonly string[] Strategies =
    [
        "joint", "uniform", "unimodal", "conventional-pareto", "mmpareto", "i2mcl", "g2d", "umt", "ogm", "agm", "pmr",
        "gradient-blending", "cls", "mses", "mslr", "pcgrad", "gradnorm", "metabalance", "mla", "reconboost", "di-mml", "dlmg",
        "dgl", "opm", "starved-first", "multi-task",
    ];

    [Fact]
    public void It_depends_on_TorchSharp_and_MathNet_alone()
    {
        packed.Dependencies().Keys.Should().BeEquivalentTo("TorchSharp", "MathNet.Numerics");
        packed.Dependencies()["TorchSharp"].Should().Be(BuildFacts.TorchSharpVersion);
    }

    [Fact]
    public void It_carries_readme_license_documentation_and_symbols()
    {
        packed.Files.Should().Contain(
            ["README.md", "lib/net10.0/ModalityBalance.dll", "lib/net10.0/ModalityBalance.xml",
                "buildTransitive/ModalityBalance.targets"]);
        packed.Files.Where(file => file.StartsWith("lib/", StringComparison.Ordinal)).Should().HaveCount(2);
        packed.Value("license").Should().Be("MIT");
        packed.Value("readme").Should().Be("README.md");
        Directory.GetFiles(packed.Feed, "ModalityBalance.*.snupkg").Should().ContainSingle();
    }

    [Fact]
    public void A_program_that_has_the_package_alone_trains_with_every_strategy()
    {
        var consumer = Directory.CreateDirectory(Path.Combine(packed.Folder, "consumer")).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Consumer")))
        {
            File.Copy(file, Path.Combine(consumer, Path.GetFileName(file)));
        }

        ChildProcess.Dotnet(
            consumer,
            packed.Folder,
            "build", "-c", "Release", "-nodeReuse:false",
            $"-p:ModalityBalanceVersion={packed.Value("version")}",
            $"-p:BackendPackage={BuildFacts.BackendPackage}",
            $"-p:BackendVersion={BuildFacts.BackendVersion}",
            "-p:ModalityBalanceAllowOlderLibstdcxx=true")
            .Should().Contain(" 0 Warning(s)");
        var losses = ChildProcess.Dotnet(
            consumer, packed.Folder, Path.Combine("bin", "Release", "net10.0", "Consumer.dll"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToArray();

        losses.Select(line => line[0]).Should().Equal(Strategies);
        // Every strategy falls to less than a fifth here; half says that it learns, however it starts.
        losses.Should().OnlyContain(line => Number(line[2]) < 0.5 * Number(line[1]));
    }

    private static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
