using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>Trains copies of a model for some epochs, to learn something from their scores.</summary>
/// <param name="createModel">Creates a network of the same architecture, whose weights are replaced.</param>
/// <param name="task">What is learned.</param>
/// <param name="options">How the copies are trained.</param>
/// <param name="train">Their training data.</param>
internal sealed class TrialRun(
    Func<IMultimodalModel> createModel, LearningTask task, TrainerOptions options, IBatchSource train)
{
    private readonly TrainerOptions _options = options with
    {
        Callbacks = [],
        Teachers = null,
        ResumeFrom = null,
        RestoreBestWeights = false,
        Seed = null,
    };

    /// <summary>Trains copies, and leaves the state of the CPU's random number generator as it was.</summary>
    public static T Undisturbed<T>(Func<T> trials)
    {
        using var randomState = random.get_rng_state().DetachFromDisposeScope();
        try
        {
            return trials();
        }
        finally
        {
            random.set_rng_state(randomState);
        }
    }

    /// <summary>Trains a copy of a model.</summary>
    /// <param name="model">The network to copy. It stays as it is.</param>
    /// <param name="strategy">By what to train. Disposed.</param>
    /// <param name="data">What to score the copy on before and after the training.</param>
    /// <returns>The scores on each of the data, before and after.</returns>
    public (EvaluationResult[] Before, EvaluationResult[] After) Train(
        IMultimodalModel model, GradientStrategy strategy, params IBatchSource[] data) => WithCopy(model, strategy, copy =>
    {
        var before = Scores();
        new Trainer(copy, task, strategy, _options).Fit(train);
        return (before, Scores());

        EvaluationResult[] Scores() => [.. data.Select(source => Evaluator.Evaluate(copy, task, source, _options.Device))];
    });

    /// <summary>Trains a copy of a model and scores it after every epoch.</summary>
    /// <param name="model">The network to copy. It stays as it is.</param>
    /// <param name="strategy">By what to train. Disposed.</param>
    /// <param name="heldOut">What to score the copy on.</param>
    public EvaluationResult[] Scores(IMultimodalModel model, GradientStrategy strategy, IBatchSource heldOut) =>
        WithCopy(model, strategy, copy => new Trainer(copy, task, strategy, _options).Fit(train, heldOut).Epochs
            .Select(epoch => epoch.Validation!).ToArray());

    /// <summary>The scores of the heads.</summary>
    /// <exception cref="ArgumentException">The copy has no heads.</exception>
    public static IReadOnlyList<TaskScores> Heads(EvaluationResult scores) => scores.Unimodal ?? throw new ArgumentException(
        "createModel must create a model with unimodal heads, but its model has none.");

    private T WithCopy<T>(IMultimodalModel model, GradientStrategy strategy, Func<IMultimodalModel, T> use)
    {
        using var scope = NewDisposeScope();
        var copy = createModel();
        using var root = copy.Root;
        using var owned = strategy;
        root.load_state_dict(model.Root.state_dict());
        root.to(_options.Device);
        return use(copy);
    }
}
