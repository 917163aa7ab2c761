using AudioVisualDigits.Experiments;
using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace Papers;

/// <summary>MMPareto, Table 3, on colored and grey MNIST: the color tells the digit in training and nothing in the test, so that
/// a network that relies on it fails there. The grey image always tells.</summary>
internal static class ColoredMnistExperiment
{
    private const int Epochs = 10;
    private const int BatchSize = 64;
    private const int EvaluationBatch = 500;
    private const double LearningRate = 0.005;
    private const double Momentum = 0.9;

    // Of a color around that of its digit, in [0, 1] per channel.
    private const double ColorNoise = 0.05;

    private static readonly string[] Strategies =
        ["joint", "uniform", "pareto", "gradnorm", "pcgrad", "metabalance", "mmpareto"];

    // Ten hues, far apart.
    private static readonly float[] Colors =
    [
        1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 0, 1,
        0, 1, 1, 1, 0.5f, 0, 0.5f, 0, 1, 0, 0.5f, 0.25f, 0.6f, 0.6f, 0.6f,
    ];

    /// <summary>Trains every strategy with every seed.</summary>
    public static ResultTable Run(RunRequest request)
    {
        using var scope = NewDisposeScope();
        var mnist = MnistSplit.Read(request);
        var runs = new ExperimentRuns(request, "colored");
        return new ResultTable(["fused", "color head", "grey head"],
        [
            .. Strategies.Select(strategy => runs.Of(strategy, seed => Score(request, mnist, strategy, seed))),
        ]);
    }

    private static double[] Score(RunRequest request, MnistSplit mnist, string name, int seed)
    {
        using var scope = NewDisposeScope();
        var task = new ClassificationTask(10);
        random.manual_seed(seed);
        var train = Colored(mnist.Train, mnist.Train.Labels, task);
        var test = Colored(mnist.Test, randint(10, mnist.Test.Labels.shape, ScalarType.Int64), task);
        using var model = new MultimodalModel(
            [new ModalityEncoder("color", new FourLayerCnn(3)), new ModalityEncoder("grey", new FourLayerCnn(1))],
            new LateFusion([512, 512], 10));
        var strategy = StrategyRegistry.Of(name).Create(StrategyContext.Any);
        using var state = strategy as IDisposable;
        var options = new TrainerOptions
        {
            Epochs = request.IsQuick ? 1 : Epochs,
            Optimizer = network => optim.SGD(network.Root.parameters(), LearningRate, momentum: Momentum),
        };
        new Trainer(model, task, strategy, options).Fit(train.Shuffled(BatchSize, seed), null, request.Cancellation);
        var scores = Evaluator.Evaluate(
            model, task, test.InOrder((int)Math.Min(EvaluationBatch, test.Count)), CPU, request.Cancellation);
        return [100 * scores.Fused.Primary, .. scores.Unimodal!.Select(unimodal => 100 * unimodal.Primary)];
    }

    /// <summary>Colors each image by a digit, its own or another.</summary>
    private static MultimodalDataset Colored((Tensor Images, Tensor Labels) digits, Tensor colorOf, ClassificationTask task)
    {
        var colors = tensor(Colors, [10, 3]).index_select(0, colorOf);
        var noisy = (colors + (ColorNoise * randn_like(colors))).clamp(0, 1);
        return new MultimodalDataset(
            [digits.Images * noisy.reshape(-1, 3, 1, 1), digits.Images], digits.Labels, task);
    }
}
