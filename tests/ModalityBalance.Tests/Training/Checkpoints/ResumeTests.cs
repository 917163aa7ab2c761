using ModalityBalance.Tests.Contract;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Training;

/// <summary>A run that ends early and is resumed ends as the undisturbed one, bit for bit.</summary>
public class ResumeTests : CheckpointedRuns
{
    public static TheoryData<string> Names => new(StrategyTable.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void Ten_epochs_equal_four_and_six_more(string strategy)
    {
        using var scope = NewDisposeScope();
        var (whole, wholeState) = Train(strategy, 10);
        Train(strategy, 10, stopAfterStep: 4 * 6);
        var (resumed, resumedState) = Train(strategy, 10, resume: true);

        resumedState.Should().BeEquivalentTo(wholeState);
        Comparable(resumed).Should().BeEquivalentTo(Comparable(whole));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(11)]
    public void A_run_goes_on_from_any_step(int steps)
    {
        using var scope = NewDisposeScope();
        var (whole, wholeState) = Train("i2mcl", 3);
        Train("i2mcl", 3, stopAfterStep: steps);
        var (resumed, resumedState) = Train("i2mcl", 3, resume: true);

        resumedState.Should().BeEquivalentTo(wholeState);
        Comparable(resumed).Should().BeEquivalentTo(Comparable(whole));
    }

    [Fact]
    public void Dropout_draws_what_it_would_have_drawn()
    {
        using var scope = NewDisposeScope();
        var (_, whole) = Train("joint", 3, dropout: true);
        Train("joint", 3, stopAfterStep: 8, dropout: true);
        random.manual_seed(99);
        var (_, resumed) = Train("joint", 3, resume: true, dropout: true);

        resumed.Should().BeEquivalentTo(whole);
    }

    [Theory]
    [InlineData("AdamW")]
    [InlineData("Adamax")]
    public void The_moments_of_other_optimizers_are_kept(string optimizer)
    {
        using var scope = NewDisposeScope();
        var (_, whole) = Train("mmpareto", 3, optimizer: optimizer);
        Train("mmpareto", 3, stopAfterStep: 8, optimizer: optimizer);
        var (_, resumed) = Train("mmpareto", 3, resume: true, optimizer: optimizer);

        resumed.Should().BeEquivalentTo(whole);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Accumulation_prefetch_and_schedules_by_the_step_go_on(int steps)
    {
        static TrainerOptions ByStep(TrainerOptions options) => options with
        {
            BatchesPerStep = 2,
            SchedulerInterval = SchedulerInterval.Step,
            Scheduler = made => optim.lr_scheduler.CosineAnnealingLR(made, T_max: 9),
        };

        using var scope = NewDisposeScope();
        var (_, whole) = Train("i2mcl", 3, change: ByStep);
        Train("i2mcl", 3, stopAfterStep: steps, change: ByStep);
        var (_, resumed) = Train("i2mcl", 3, resume: true, change: ByStep);

        resumed.Should().BeEquivalentTo(whole);
    }

    [Fact]
    public void A_schedule_that_watches_the_loss_goes_on()
    {
        static TrainerOptions Plateau(TrainerOptions options) => options with
        {
            Scheduler = made => optim.lr_scheduler.ReduceLROnPlateau(made, patience: 0, threshold: 0.2),
        };

        using var scope = NewDisposeScope();
        var (_, whole) = Train("uniform", 8, change: Plateau);
        Train("uniform", 8, stopAfterStep: 27, change: Plateau);
        var (_, resumed) = Train("uniform", 8, resume: true, change: Plateau);

        resumed.Should().BeEquivalentTo(whole);
    }

    [Fact]
    public void Losses_in_double_are_the_same_to_the_last_bit()
    {
        using var scope = NewDisposeScope();
        var (whole, state) = Train("joint", 3, dtype: ScalarType.Float64);

        for (int steps = 7; steps < 12; steps++)
        {
            Train("joint", 3, stopAfterStep: steps, dtype: ScalarType.Float64);
            var (resumed, resumedState) = Train("joint", 3, resume: true, dtype: ScalarType.Float64);

            resumedState.Should().BeEquivalentTo(state);
            resumed.Epochs.Select(epoch => epoch.Loss).Should().Equal(whole.Epochs.Select(epoch => epoch.Loss));
        }
    }
}
