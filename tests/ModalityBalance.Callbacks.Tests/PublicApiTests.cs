using ModalityBalance.Logging;
using ModalityBalance.SpectreConsole;
using ModalityBalance.Tests.Shared;

namespace ModalityBalance.Callbacks.Tests;

public class PublicApiTests
{
    [Fact]
    public void The_public_surface_of_the_log_is_the_approved_one() =>
        ApprovedSurface.Check(typeof(LoggerCallback).Assembly, "PublicApi.Logging");

    [Fact]
    public void The_public_surface_of_the_progress_bar_is_the_approved_one() =>
        ApprovedSurface.Check(typeof(ProgressCallback).Assembly, "PublicApi.SpectreConsole");
}
