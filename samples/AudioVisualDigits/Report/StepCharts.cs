using AudioVisualDigits.Results;
using ModalityBalance.Plots;

namespace AudioVisualDigits.Report;

/// <summary>Charts of what one strategy did, over the steps.</summary>
/// <param name="strategy">Its runs.</param>
internal sealed class StepCharts(StrategyRuns strategy)
{
    private const string Steps = "training step";
    private const int MostChoices = 3;

    /// <summary>Gets a chart of figures, means and bands over the seeds.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="unit">What the values are.</param>
    /// <param name="figures">Each figure and its name in the legend.</param>
    public LineChart Figures(string title, string unit, params IEnumerable<(string Figure, string Name)> figures) =>
        new(title, Steps, unit, [.. figures.Select((figure, look) =>
            strategy.Curve(figure.Name, look, run => Points(run, figure.Figure)))]);

    /// <summary>Gets a chart of what was chosen, with bands for each of the first seeds.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="figure">The choice.</param>
    /// <param name="first">The number of the first name.</param>
    /// <param name="names">What the numbers mean, from the first one.</param>
    public LaneChart Choices(string title, string figure, int first, IReadOnlyList<string> names) =>
        new(title, Steps, names, [.. strategy.Runs.Take(MostChoices).Select(run => LaneRun.Of(
            $"seed {run.Seed}",
            Points(run, figure).Select(point =>
                (point.Step, double.IsNaN(point.Value) ? (int?)null : (int)point.Value - first))))]);

    /// <summary>Gets how the values were taken, in a sentence or two.</summary>
    public string Source
    {
        get
        {
            var (steps, runs) = (strategy.Runs[0].Steps!.Steps, strategy.Runs.Count);
            var distance = steps.Count > 1 ? steps[1] - steps[0] : 1;
            return (distance > 1 ? $"One step of every {distance} is shown." : "Every step is shown.")
                + (runs > 1 ? " Lines are means over the seeds, bands reach from the lowest to the highest." : "")
                + (runs > MostChoices ? $" Choices are shown for the first {MostChoices} seeds." : "");
        }
    }

    private static IEnumerable<(double Step, double Value)> Points(RunRecord run, string figure) =>
        run.Steps!.Steps.Zip(run.Steps.Figures[figure], (step, value) => ((double)step, value));
}
