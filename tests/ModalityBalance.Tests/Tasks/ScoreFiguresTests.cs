using ModalityBalance.Tasks;

namespace ModalityBalance.Tests.Tasks;

public class ScoreFiguresTests
{
    [Fact]
    public void Scores_name_their_figures()
    {
        new ClassificationScores(9, 0.5, 0.25).Figures().Should().Equal(("accuracy", 0.5), ("macro_f1", 0.25));
        new MultiLabelScores(9, 0.5, 0.25).Figures()
            .Should().Equal(("mean_average_precision", 0.5), ("micro_f1", 0.25));
        new RegressionScores(9, 3, 2, 1).Figures().Should()
            .Equal(("mean_absolute_error", 3.0), ("mean_absolute_percentage_error", 2.0), ("r2", 1.0));
        new OwnScores(9).Figures().Should().Equal(("primary", -9.0));
    }

    private sealed record OwnScores(long Samples) : TaskScores(Samples)
    {
        public override double Primary => -Samples;
    }
}
