using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Internal;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;

namespace ModalityBalance.Training;

/// <summary>Estimates the weights of <see cref="GradientBlending"/> (Wang, Tran and Feiszli, CVPR 2020): trains copies of a model
/// for some epochs, each modality by itself and the fused prediction by itself, and compares how much they generalize and
/// overfit.
/// </summary>
/// <remarks>Costs two trainings of the options' number of epochs per estimate and four evaluations of either data. Before the
/// training, from the initial weights, this is offline blending; between super-epochs it is online blending.</remarks>
public sealed class GradientBlendingEstimator
{
    private readonly TrialRun _trial;
    private readonly IBatchSource _train;
    private readonly IBatchSource _heldOut;
    private readonly double _minOverfitting;

    /// <summary>Creates an estimator.</summary>
    /// <param name="createModel">Creates a network of the architecture of the one to be trained, with unimodal heads. Its weights
    /// are replaced. The estimator disposes its root.</param>
    /// <param name="task">What is learned.</param>
    /// <param name="options">How the copies are trained, including the number of epochs between the two checkpoints. Callbacks,
    /// teachers and a checkpoint to resume from are left out.</param>
    /// <param name="train">The training data of the copies.</param>
    /// <param name="heldOut">Training data that the copies are not trained on; never the test data.</param>
    /// <param name="minOverfitting">The least overfitting that is assumed of a head, finite and above 0. Defaults to 1e-4, this
    /// library's choice.</param>
    /// <exception cref="ArgumentOutOfRangeException">The least overfitting is out of its range.</exception>
    public GradientBlendingEstimator(
        Func<IMultimodalModel> createModel,
        LearningTask task,
        TrainerOptions options,
        IBatchSource train,
        IBatchSource heldOut,
        double minOverfitting = GradientBlendingWeights.DefaultMinOverfitting)
    {
        ArgumentNullException.ThrowIfNull(createModel);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(heldOut);
        Require.Positive(minOverfitting);
        (_train, _heldOut, _minOverfitting) = (train, heldOut, minOverfitting);
        _trial = new TrialRun(createModel, task, options, train);
    }

    /// <summary>Estimates the weights from the present weights of a model. Leaves the model as it is, and the state of the CPU's
    /// random number generator.</summary>
    /// <param name="model">The network to copy.</param>
    /// <returns>M + 1 weights with the sum 1, that of the fused loss last.</returns>
    /// <exception cref="ArgumentException">The model has no unimodal heads, or the options or data do not fit it.</exception>
    public IReadOnlyList<double> Estimate(IMultimodalModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return TrialRun.Undisturbed(() =>
        {
            var (before, unimodal) = Train(model, new UnimodalTraining());
            var (_, fused) = Train(model, new JointTraining());
            return GradientBlendingWeights.Of(before, [.. unimodal.SkipLast(1), fused[^1]], _minOverfitting);
        });
    }

    /// <summary>The losses of all heads before and after training a copy.</summary>
    private (HeadLoss[] Before, HeadLoss[] After) Train(IMultimodalModel model, GradientStrategy strategy)
    {
        var (before, after) = _trial.Train(model, strategy, _train, _heldOut);
        return (Losses(before), Losses(after));
    }

    private static HeadLoss[] Losses(EvaluationResult[] scores)
    {
        var (train, heldOut) = (Heads(scores[0]), Heads(scores[1]));
        return [.. train.Zip(heldOut, (first, second) => new HeadLoss(first, second))];

        static IEnumerable<double> Heads(EvaluationResult scores) =>
            TrialRun.Heads(scores).Append(scores.Fused).Select(head => head.Loss);
    }
}
