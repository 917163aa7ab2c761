namespace Papers;

/// <summary>G2D, Table 5: joint training and G2D under several fusions.</summary>
internal static class FusionExperiment
{
    private static readonly string[] Fusions = ["sum", "concat", "film", "gated", "attention", "late"];
    private static readonly string[] Strategies = ["joint", "g2d"];

    /// <summary>Trains both with every fusion and seed.</summary>
    public static ResultTable Run(RunRequest request) => new(
        Strategies,
        [
            .. (request.IsQuick ? Fusions[..2] : Fusions).Select(fusion => new ResultRow(
                fusion,
                [
                    .. DigitsExperiment.Run(request, string.Join(',', Strategies), "--fusion", fusion).Rows.Select(row => row.Values[0]),
                ])),
        ]);
}
