using ModalityBalance.Tests.Shared;

namespace ModalityBalance.Mpi.Tests;

public class PublicApiTests
{
    [Fact]
    public void The_public_surface_is_the_approved_one() => ApprovedSurface.Check(typeof(MpiProcessGroup).Assembly);
}
