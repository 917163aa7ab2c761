using System.IO.Compression;
using System.Xml.Linq;

namespace ModalityBalance.Package.Tests;

/// <summary>A folder that goes with the tests, in it a feed with the packages as they were built, and NuGet's
/// configuration for programs below it. All tests share it.</summary>
[CollectionDefinition(nameof(PackedFeed))]
public sealed class PackedFeed : ICollectionFixture<PackedFeed>, IDisposable
{
    private static readonly string[] Projects =
    [
        "ModalityBalance", "ModalityBalance.Datasets", "ModalityBalance.Logging", "ModalityBalance.Mpi", "ModalityBalance.Plots",
        "ModalityBalance.SpectreConsole",
    ];

    // Packages of its own, so that none of an earlier build is used; the feed comes before the machine's own.
    private const string Configuration = """
        <configuration>
          <config>
            <add key="globalPackagesFolder" value="packages" />
          </config>
          <packageSources>
            <add key="packed" value="feed" />
          </packageSources>
        </configuration>
        """;

    public PackedFeed()
    {
        try
        {
            File.WriteAllText(Path.Combine(Folder, "NuGet.config"), Configuration);
            foreach (var project in Projects)
            {
                Pack($"src/{project}");
            }

            using var library = Open(Projects[0]);
            var metadata = Metadata(library, Projects[0]);
            Version = metadata.Element(metadata.Name.Namespace + "version")!.Value;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("modality-balance-").FullName;

    /// <summary>The feed inside it.</summary>
    public string Feed => Path.Combine(Folder, "feed");

    /// <summary>The version of all packages.</summary>
    public string Version { get; }

    /// <summary>A package's description.</summary>
    public static XElement Metadata(ZipArchive package, string name)
    {
        using var nuspec = package.GetEntry($"{name}.nuspec")!.Open();
        return XDocument.Load(nuspec).Root!.Elements().Single();
    }

    /// <summary>The text of a file in a package.</summary>
    public static string Text(ZipArchive package, string file)
    {
        using var reader = new StreamReader(package.GetEntry(file)!.Open());
        return reader.ReadToEnd();
    }

    /// <summary>Opens the package of that name.</summary>
    public ZipArchive Open(string name) =>
        ZipFile.OpenRead(Directory.GetFiles(Feed, $"{name}.*.nupkg").Single(file => char.IsAsciiDigit(Path.GetFileName(file)[name.Length + 1])));

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Adds the package of a project to the feed.</summary>
    /// <param name="project">Its folder below the root of the repository; it must have been built.</param>
    public void Pack(string project) => ChildProcess.Dotnet(
        BuildFacts.Root,
        Folder,
        "pack", project, "--no-build", "-c", BuildFacts.Configuration, "-o", Feed, "-nodeReuse:false");
}
