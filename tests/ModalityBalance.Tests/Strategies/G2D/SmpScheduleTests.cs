using ModalityBalance.Strategies;

namespace ModalityBalance.Tests.Strategies;

public class SmpScheduleTests
{
    private static readonly double[] Confidences = [0.9, 0.3, 0.6];

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(4, 1, 2)]
    [InlineData(5, null, null)]
    [InlineData(1000, null, null)]
    public void Least_confident_modalities_lead_one_phase_each_and_then_all_learn(
        int epoch, int? phase, int? modality)
    {
        var schedule = new SmpSchedule(3, [2, 3]);

        schedule.PhaseAt(epoch).Should().Be(phase);
        schedule.PrioritizedAt(epoch, Confidences).Should().Be(modality);
    }

    [Fact]
    public void Equal_confidences_lead_in_the_order_of_the_modalities()
    {
        var schedule = new SmpSchedule(2, [1]);

        schedule.PrioritizedAt(0, [0.5, 0.5]).Should().Be(0);
    }

    [Theory]
    [InlineData(0, new[] { double.NaN, 0.9, 0.6 }, 2)]
    [InlineData(1, new[] { double.NaN, 0.9, 0.6 }, 1)]
    [InlineData(1, new[] { 0.9, double.NaN, double.NaN }, 0)]
    [InlineData(1, new[] { double.NaN, double.NaN, double.NaN }, 0)]
    public void An_absent_modality_leads_no_phase_while_another_is_there(int epoch, double[] confidences, int modality)
    {
        new SmpSchedule(3, [1, 1]).PrioritizedAt(epoch, confidences).Should().Be(modality);
    }

    [Fact]
    public void Later_changes_of_the_given_lengths_do_not_reach_the_schedule()
    {
        var lengths = new[] { 2 };
        var schedule = new SmpSchedule(2, lengths);

        lengths[0] = 9;

        schedule.PhaseAt(2).Should().BeNull();
    }

    [Fact]
    public void Impossible_schedules_and_epochs_are_refused()
    {
        var schedule = new SmpSchedule(2, [1]);

        Refused(() => new SmpSchedule(1, []), "modalities", "*at least 2*1*");
        Refused(() => new SmpSchedule(3, [1]), "phaseEpochs", "*2 lengths for 3 modalities*has 1*");
        Refused(() => new SmpSchedule(2, [1, 1]), "phaseEpochs", "*1 lengths*has 2*");
        Refused(() => new SmpSchedule(3, [1, 0]), "phaseEpochs", "*phaseEpochs[1]*at least 1*0*");
        Refused(() => new SmpSchedule(2, [-4]), "phaseEpochs", "*phaseEpochs[0]*-4*");
        Refused(() => schedule.PhaseAt(-1), "epoch", "*-1*");
        Refused(() => schedule.PrioritizedAt(0, [0.1]), "confidences", "*2*has 1*");
    }

    private static void Refused(Func<object?> call, string parameter, string message) =>
        call.Should().Throw<ArgumentException>().WithParameterName(parameter).WithMessage(message);

    [Theory]
    [InlineData(new[] { 0.6, 0.2, 0.4 }, new[] { 1, 2, 0 })]
    [InlineData(new[] { 0.5, 0.5, 0.1 }, new[] { 2, 0, 1 })]
    [InlineData(new[] { 0.5, 0.5 }, new[] { 0, 1 })]
    [InlineData(new[] { double.NaN, 0.9, 0.1 }, new[] { 2, 1, 0 })]
    public void Ranks_rise_with_confidence_ties_by_order_absent_last(double[] confidences, int[] ranks)
    {
        SmpSchedule.Rank(confidences).Should().Equal(ranks);
    }
}
