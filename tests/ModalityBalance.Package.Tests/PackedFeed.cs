using System.IO.Compression;
using System.Xml.Linq;

namespace ModalityBalance.Package.Tests;

/// <summary>A folder that goes with the tests, in it a feed with the package as it was built. All tests share it, and the folder
/// of restored packages that belongs to it.</summary>
[CollectionDefinition(nameof(PackedFeed))]
public sealed class PackedFeed : ICollectionFixture<PackedFeed>, IDisposable
{
    public PackedFeed()
    {
        try
        {
            Pack("src/ModalityBalance");
            using var package = OpenPackage();
            Files = package.Entries.Select(entry => entry.FullName).ToArray();
            using var nuspec = package.GetEntry("ModalityBalance.nuspec")!.Open();
            Metadata = XDocument.Load(nuspec).Root!.Elements().Single();
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

    /// <summary>What the package holds.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The package's description.</summary>
    public XElement Metadata { get; }

    /// <summary>A text of the description.</summary>
    public string Value(string name) => Metadata.Element(Metadata.Name.Namespace + name)!.Value;

    /// <summary>What the package depends on, with the least version.</summary>
    public Dictionary<string, string> Dependencies() => Metadata.Descendants(Metadata.Name.Namespace + "dependency")
        .ToDictionary(dependency => dependency.Attribute("id")!.Value, dependency => dependency.Attribute("version")!.Value);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Adds the package of a project to the feed.</summary>
    /// <param name="project">Its folder below the root of the repository; it must have been built.</param>
    public void Pack(string project) => ChildProcess.Dotnet(
        BuildFacts.Root,
        Folder,
        "pack", project, "--no-build", "-c", BuildFacts.Configuration, "-o", Feed, "-nodeReuse:false");

    private ZipArchive OpenPackage() => ZipFile.OpenRead(Directory.GetFiles(Feed, "ModalityBalance.*.nupkg").Single());
}
