using System.Globalization;
using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;

namespace ModalityBalance.Training;

/// <summary>Measures which modalities joint training starves: trains two copies of a model for some epochs, one jointly and one
/// with every modality by itself, and compares what each modality's head can do in either.</summary>
/// <remarks>Costs two trainings of the options' number of epochs. In the first epochs the fastest modality has the largest lag,
/// whatever starves later, so that the epochs must be enough for the slower modalities to learn by themselves: on the tasks of this
/// library's sample two epochs gave a wrong order in six of forty runs, a third of the training's epochs in none.</remarks>
public sealed class StarvationEstimator
{
    private readonly TrialRun _trial;
    private readonly IBatchSource _heldOut;

    /// <summary>Creates an estimator.</summary>
    /// <param name="createModel">Creates a network of the architecture of the one to be trained, with unimodal heads. Its weights
    /// are replaced. The estimator disposes its root.</param>
    /// <param name="task">What is learned.</param>
    /// <param name="options">How the copies are trained, including the number of epochs. Callbacks, teachers and a checkpoint to
    /// resume from are left out.</param>
    /// <param name="train">The training data of the copies.</param>
    /// <param name="heldOut">Training data that the copies are not trained on; never the test data.</param>
    public StarvationEstimator(
        Func<IMultimodalModel> createModel, LearningTask task, TrainerOptions options, IBatchSource train, IBatchSource heldOut)
    {
        ArgumentNullException.ThrowIfNull(createModel);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(heldOut);
        (_trial, _heldOut) = (new TrialRun(createModel, task, options, train), heldOut);
    }

    /// <summary>Measures starvation from the present weights of a model. Leaves the model as it is, and the state of the CPU's
    /// random number generator.</summary>
    /// <param name="model">The network to copy.</param>
    /// <exception cref="ArgumentException">The model has no unimodal heads, or the options or data do not fit it.</exception>
    public StarvationEstimate Estimate(IMultimodalModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return TrialRun.Undisturbed(() => new StarvationEstimate(
            Scores(model, new UnimodalTraining()), Scores(model, new JointTraining(trainHeads: true))));
    }

    private IReadOnlyList<double> Scores(IMultimodalModel model, GradientStrategy strategy)
    {
        var epochs = _trial.Scores(model, strategy, _heldOut);
        return [.. model.Modalities.Select((_, m) => epochs[(epochs.Length / 2)..].Average(scores => TrialRun.Heads(scores)[m].Primary))];
    }
}

/// <summary>How much joint training starves each modality.</summary>
/// <param name="Alone">The score of each modality's head on held-out data when it is trained by itself, higher is better; the mean
/// over the later half of the epochs, because single epochs vary.</param>
/// <param name="Jointly">The same when all are trained jointly.</param>
public sealed record StarvationEstimate(IReadOnlyList<double> Alone, IReadOnlyList<double> Jointly)
{
    /// <summary>By how much each modality lags behind itself, in the unit of the score.</summary>
    public IReadOnlyList<double> Lags => [.. Alone.Zip(Jointly, (alone, jointly) => alone - jointly)];

    /// <summary>The indices of the modalities, the most starved first. A lag that is NaN comes last.</summary>
    public IReadOnlyList<int> Order => [.. Lags.Index()
        .OrderByDescending(entry => double.IsNaN(entry.Item) ? double.NegativeInfinity : entry.Item).Select(entry => entry.Index)];

    /// <summary>Returns the order, with the lag of each modality.</summary>
    public override string ToString() => "most starved first: " + string.Join(", ", Order.Select(m =>
        string.Create(CultureInfo.InvariantCulture, $"modality {m} (lag {Lags[m]:0.000})")));
}
