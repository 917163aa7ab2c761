using System.Globalization;
using AudioVisualDigits.Results;

namespace Papers;

/// <summary>G2D, Table 11: the fused accuracy while each modality of each test sample is missing with some probability.</summary>
internal static class MissRateExperiment
{
    /// <inheritdoc cref="DigitsExperiment.Run"/>
    public static ResultTable Run(RunRequest request)
    {
        using var results = DigitsExperiment.Compare(request, "joint,umt,mmpareto,g2d", "--report");
        var runs = results.RootElement.GetProperty("runs").EnumerateArray().ToArray();
        double[] rates = [.. runs[0].GetProperty("missing").GetProperty("rates").EnumerateArray()
            .Select(rate => rate.GetProperty("rate").GetDouble())];
        return new ResultTable(
            [.. rates.Select(rate => string.Create(CultureInfo.InvariantCulture, $"{100 * rate:0} % missing"))],
            [
                .. runs.GroupBy(run => run.GetProperty("strategy").GetString()!).Select(group => new ResultRow(
                    group.Key,
                    [
                        .. rates.Select((_, i) => Statistic.Of([.. group.Select(run => 100 * run.GetProperty("missing")
                            .GetProperty("rates")[i].GetProperty("accuracy").GetDouble())])),
                    ])),
            ])
        {
            Axes = new CurveAxes("missing, in %", "accuracy in %", [.. rates.Select(rate => 100 * rate)]),
        };
    }
}
