using AudioVisualDigits.Results;
using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
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
    DigitData data, Device device, TrainedPredictions trained, CancellationToken cancellation) : ITrainingObserver
{
    private const int MostSteps = 300;

    private readonly SortedDictionary<int, EpochScores> _scores = [];
    private readonly SortedDictionary<long, IReadOnlyList<(string Name, double Value)>> _figures = [];
    private MissingRecord? _missing;
    private IMultimodalModel _model = null!;
    private long _stride = 1;

    public void OnFitStart(TrainingRun run)
    {
        _model = run.Model;
        _stride = (long)Math.Ceiling(run.Epochs * (double)run.StepsPerEpoch! / MostSteps);
    }

    public void OnStep(TrainingStep step, StepReport report)
    {
        if (step.Index % _stride != 0)
            return;
        _figures[step.Index] = report.Figures(_model.Modalities);
    }

    public void OnEpochEnd(EpochSummary summary)
    {
        var result = summary.Validation
            ?? Evaluator.Evaluate(_model, DigitData.Task, data.TestInOrder, device, cancellation);
        _scores[summary.Epoch] = new EpochScores(
            trained.Fused ? result.Fused.Primary : null,
            [.. result.Unimodal!.Select(scores => trained.Heads ? scores.Primary : (double?)null)]);
    }

    public IReadOnlyDictionary<string, double> GetState() => CurveState.Write(_figures, _scores);

    public void SetState(IReadOnlyDictionary<string, double> state) => CurveState.Read(state, _figures, _scores);

    public void OnFitEnd(TrainingResult result) => _missing = trained.Fused ? ScoreMissing() : null;

    /// <summary>Adds the curves to the record of the run.</summary>
    public RunRecord AddTo(RunRecord run) => run with
    {
        Epochs = [.. run.Epochs.Zip(_scores.Values, (epoch, scores) => epoch with { Scores = scores })],
        Steps = new StepRecord([.. _figures.Keys], Columns()),
        Missing = _missing,
    };

    private MissingRecord ScoreMissing()
    {
        var rates = MissingModalities.AtRandom(
            _model, DigitData.Task, data.TestInOrder, device, cancellation: cancellation);
        var subsets = MissingModalities.OfSubsets(_model, DigitData.Task, data.TestInOrder, device, cancellation);
        return new MissingRecord(
            [.. rates.Select(score => new RateScore(score.Rate, score.ActualRate, score.Scores.Primary))],
            [.. subsets.Select(subset => new SubsetScore(
                [.. subset.Modalities.Select(m => _model.Modalities[m])], subset.Scores.Primary))]);
    }

    private Dictionary<string, IReadOnlyList<double>> Columns() => _figures.Values
        .SelectMany(row => row).GroupBy(figure => figure.Name, figure => figure.Value)
        .ToDictionary(column => column.Key, IReadOnlyList<double> (column) => [.. column]);
}
