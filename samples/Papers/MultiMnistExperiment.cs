using ModalityBalance.Models;
using ModalityBalance.Strategies;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Papers;

/// <summary>MMPareto, Table 5: one encoder, two heads, for two overlapping digits in one image. Salt-and-pepper noise covers half
/// of the right digit's pixels.</summary>
internal static class MultiMnistExperiment
{
    private const int Side = 36;
    private const int Shift = 8;
    private const int Epochs = 10;
    private const int BatchSize = 64;
    private const int EvaluationBatch = 500;
    private const double LearningRate = 0.01;
    private const double Momentum = 0.9;
    private const double NoiseShare = 0.5;

    /// <summary>Trains every method with every seed.</summary>
    public static ResultTable Run(RunRequest request)
    {
        using var scope = NewDisposeScope();
        var mnist = MnistSplit.Read(request);
        var runs = new ExperimentRuns(request, "multi-mnist");
        (string Name, Func<int, MultiTaskMethod> Make)[] methods =
        [
            ("uniform", _ => MultiTaskMethod.Uniform()),
            ("pareto", _ => MultiTaskMethod.MGDA()),
            ("gradnorm", _ => MultiTaskMethod.GradNorm()),
            ("pcgrad", MultiTaskMethod.PCGrad),
            ("metabalance", _ => MultiTaskMethod.MetaBalance(main: 0)),
            ("mmpareto", _ => MultiTaskMethod.MMPareto()),
        ];
        return new ResultTable(["left", "right"],
        [
            .. methods.Select(method => runs.Of(method.Name, seed => Score(request, mnist, method.Make(seed), seed))),
        ]);
    }

    private static double[] Score(RunRequest request, MnistSplit mnist, MultiTaskMethod method, int seed)
    {
        using var scope = NewDisposeScope();
        using var owned = method;
        random.manual_seed(seed);
        var (train, test) = (Pairs(mnist.Train), Pairs(mnist.Test));
        using var encoder = new FourLayerCnn();
        using var left = nn.Linear(512, 10);
        using var right = nn.Linear(512, 10);
        Parameter[] heads = [.. left.parameters(), .. right.parameters()];
        using var optimizer = optim.SGD([.. encoder.parameters(), .. heads], LearningRate, momentum: Momentum);
        for (int epoch = 0; epoch < (request.IsQuick ? 1 : Epochs); epoch++)
        {
            foreach (var rows in randperm(train.Images.shape[0], ScalarType.Int64).split(BatchSize))
            {
                request.Cancellation.ThrowIfCancellationRequested();
                using var step = NewDisposeScope();
                var z = encoder.call(train.Images.index_select(0, rows));
                Tensor[] losses =
                [
                    nn.functional.cross_entropy(left.call(z), train.Left.index_select(0, rows)),
                    nn.functional.cross_entropy(right.call(z), train.Right.index_select(0, rows)),
                ];
                MultiTaskGradients.Compute(losses, [.. encoder.parameters()], heads, method);
                optimizer.step();
            }
        }

        encoder.eval();
        using var noGrad = no_grad();
        var features = cat([.. test.Images.split(EvaluationBatch).Select(encoder.call)]);
        return [Accuracy(left.call(features), test.Left), Accuracy(right.call(features), test.Right)];
    }

    private static double Accuracy(Tensor logits, Tensor labels) =>
        100 * logits.argmax(1).eq(labels).to(ScalarType.Float64).mean().item<double>();

    /// <summary>Each image at the upper left, and another at the lower right under noise.</summary>
    private static (Tensor Images, Tensor Left, Tensor Right) Pairs((Tensor Images, Tensor Labels) digits)
    {
        var others = randperm(digits.Labels.shape[0], ScalarType.Int64);
        var second = digits.Images.index_select(0, others);
        var covered = rand_like(second).lt(NoiseShare);
        var noisy = where(covered, rand_like(second).gt(0.5).to(ScalarType.Float32), second);
        var canvas = zeros(digits.Images.shape[0], 1, Side, Side);
        const long Digit = Side - Shift;
        canvas.narrow(2, 0, Digit).narrow(3, 0, Digit).copy_(digits.Images);
        var corner = canvas.narrow(2, Shift, Digit).narrow(3, Shift, Digit);
        corner.copy_(maximum(corner, noisy));
        return (canvas, digits.Labels, digits.Labels.index_select(0, others));
    }
}
