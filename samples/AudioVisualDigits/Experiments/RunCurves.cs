using AudioVisualDigits.Results;
using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace AudioVisualDigits.Experiments;

/// <summary>Watches one run for the report's curves: scores every epoch, and keeps what the strategy did in a few
/// hundred steps. Nothing of it is used to choose anything.</summary>
/// <param name="data">What to score on: the validation data, scored already, or the test data where there is none.
/// </param>
/// <param name="device">The model's device.</param>
/// <param name="trained">Which predictions learn.</param>
/// <param name="cancellation">Asked before every batch.</param>
internal sealed class RunCurves(
    DigitData data, Device device, TrainedPredictions trained, CancellationToken cancellation) : TrainingCallback
{
    private const int MostSteps = 300;
    private const string StepsState = "steps";
    private const string ScoresState = "scores";
    private const string ColumnState = "column ";

    private MissingRecord? _missing;
    private long _stride = 1;

    // The rows of what was resumed and seen, read when the run has ended: the trainer then frees the state.
    private double[][] _steps = [];
    private double[][] _scores = [];
    private string[] _names = [];

    public override void OnFitStart() =>
        _stride = (long)Math.Ceiling(Run.Epochs * (double)Run.StepsPerEpoch! / MostSteps);

    public override void OnStep(TrainingStep step, StepReport report)
    {
        if (step.Index % _stride != 0)
            return;
        var figures = report.Figures(Run.Model.Modalities);
        foreach (var (i, figure) in figures.Index())
            State[ColumnState + figure.Name] = i;
        Rows(StepsState, MostSteps + 1, figures.Count + 1)[step.Index / _stride] =
            tensor([step.Index, .. figures.Select(figure => figure.Value)]);
    }

    public override void OnEpochEnd(EpochSummary summary)
    {
        var result = summary.Validation
            ?? Evaluator.Evaluate(Run.Model, DigitData.Task, data.TestInOrder, device, cancellation);
        Rows(ScoresState, Run.Epochs, result.Unimodal!.Count + 1)[summary.Epoch] = tensor(
        [
            trained.Fused ? result.Fused.Primary : double.NaN,
            .. result.Unimodal.Select(scores => trained.Heads ? scores.Primary : double.NaN),
        ]);
    }

    public override void OnFitEnd(TrainingResult result)
    {
        _missing = trained.Fused ? ScoreMissing() : null;
        _names = [.. State.Names.Where(name => name.StartsWith(ColumnState, StringComparison.Ordinal))
            .OrderBy(name => State[name]).Select(name => name[ColumnState.Length..])];
        _steps = [.. Read(StepsState, MostSteps + 1, _names.Length + 1).Where(row => !double.IsNaN(row[0]))];
        _scores = Read(ScoresState, Run.Epochs, Run.Model.Modalities.Count + 1);
    }

    /// <summary>Adds the curves to the record of the run.</summary>
    public RunRecord AddTo(RunRecord run) => run with
    {
        Epochs = [.. run.Epochs.Zip(_scores, (epoch, scores) => epoch with { Scores = Scores(scores) })],
        Steps = new StepRecord([.. _steps.Select(row => (long)row[0])], Columns()),
        Missing = _missing,
    };

    private Tensor Rows(string name, long rows, long columns) =>
        State.GetOrAdd(name, () => full(rows, columns, double.NaN, ScalarType.Float64));

    private double[][] Read(string name, long rows, int columns) =>
        [.. Rows(name, rows, columns).data<double>().ToArray().Chunk(columns)];

    private static EpochScores Scores(double[] scores) => new(Known(scores[0]), [.. scores.Skip(1).Select(Known)]);

    private static double? Known(double value) => double.IsNaN(value) ? null : value;

    private Dictionary<string, IReadOnlyList<double>> Columns() => _names.Index()
        .ToDictionary(column => column.Item, IReadOnlyList<double> (column) => [.. _steps.Select(row => row[column.Index + 1])]);

    private MissingRecord ScoreMissing()
    {
        var rates = MissingModalities.AtRandom(
            Run.Model, DigitData.Task, data.TestInOrder, device, cancellation: cancellation);
        var subsets = MissingModalities.OfSubsets(Run.Model, DigitData.Task, data.TestInOrder, device, cancellation);
        return new MissingRecord(
            [.. rates.Select(score => new RateScore(score.Rate, score.ActualRate, score.Scores.Primary))],
            [.. subsets.Select(subset => new SubsetScore(
                [.. subset.Modalities.Select(m => Run.Model.Modalities[m])], subset.Scores.Primary))]);
    }
}
