using ModalityBalance.Tasks;

namespace ModalityBalance.Plots;

/// <summary>Labels for primary scores.</summary>
internal static class ScoreNames
{
    public static string Of(TaskScores scores) => scores switch
    {
        ClassificationScores => "accuracy",
        MultiLabelScores => "mean average precision",
        RegressionScores => "score (negative mean absolute error)",
        _ => "score",
    };
}
