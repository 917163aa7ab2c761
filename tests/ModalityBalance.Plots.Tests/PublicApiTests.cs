using ModalityBalance.Tests.Shared;

namespace ModalityBalance.Plots.Tests;

public class PublicApiTests
{
    [Fact]
    public void The_public_surface_is_the_approved_one() => ApprovedSurface.Check(typeof(Chart).Assembly);

    [Fact]
    public void The_library_does_not_know_the_package() =>
        typeof(Training.Trainer).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name)
            .Should().NotContain(name => name!.Contains("Plot") || name.Contains("Skia"));
}
