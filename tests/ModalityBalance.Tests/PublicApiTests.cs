using ModalityBalance.Tests.Shared;
using ModalityBalance.Training;

namespace ModalityBalance.Tests;

public class PublicApiTests
{
    [Fact]
    public void The_public_surface_is_the_approved_one() => ApprovedSurface.Check(typeof(Trainer).Assembly);
}
