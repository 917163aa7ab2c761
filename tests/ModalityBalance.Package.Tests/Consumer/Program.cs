// Trains one small network with every strategy in a hand-written loop and prints, per strategy, its name, the loss
// before the first step and the loss in the last. Nothing but the package and a native backend is needed.
using System.Globalization;
using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using ModalityBalance.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

const int Samples = 48;
const int Classes = 3;
const int Width = 16;
const int Epochs = 60;

using var everything = NewDisposeScope();
random.manual_seed(1);
var task = new ClassificationTask(Classes);
var labels = arange(Samples, dtype: ScalarType.Int64).remainder(Classes);
var batch = new MultimodalBatch([Measurements(features: 12, noise: 0.5), Measurements(features: 20, noise: 1.0)], labels);
var teachers = Teachers();

Train("joint", new JointTraining());
Train("uniform", new UniformBaseline());
Train("unimodal", new UnimodalTraining());
Train("conventional-pareto", new MGDA());
Train("mmpareto", new MMPareto());
using var i2mcl = new I2MCL(new I2MCLOptions { DistillationScale = 1 / Math.Sqrt(Width) });
Train("i2mcl", i2mcl);
Train("g2d", new G2D(new G2DOptions { PhaseEpochs = [20] }));

Fit("umt", new UMT(new UMTOptions { Weight = 1 }));
Fit("ogm", new OGM(new OGMOptions { Alpha = 0.8 }));
Fit("agm", new AGM());
Fit("pmr", new PMR());
Fit("gradient-blending", new GradientBlending([0.2, 0.3, 0.5]));
Fit("cls", new CLS());
Fit("mses", new MSES(new MSESOptions { Patience = 5 }));
Fit("mslr", new MSLR(new MSLROptions { Factors = [1.3, 0.7] }));
Fit("pcgrad", new PCGrad());
Fit("gradnorm", new GradNorm());
Fit("metabalance", new MetaBalance());
Fit("mla", new MLA(), new VotingFusion([Width, Width], Classes, VoteWeighting.Entropy));
Fit("reconboost", new ReconBoost(new ReconBoostOptions { LearnerEpochs = 1, RectificationEpochs = 1 }),
    new VotingFusion([Width, Width], Classes, VoteWeighting.Sum));
Fit("di-mml", new DIMML(new DIMMLOptions { WarmUpEpochs = 2, EncoderEpochs = 8 }),
    new CertaintyFusion(new ConcatFusion([Width, Width], Classes)));
Fit("dlmg", new DLMG());
Fit("cggm", new CGGM(new CGGMOptions { Limit = 2 }));
Fit("dgl", new DGL());
Fit("opm", new OPM());
Fit("starved-first", new StarvedFirst(new StarvedFirstOptions { Order = [1, 0] }));
Share("multi-task");

// Trains in the library's loop, with an optimizer that keeps the encoders apart.
void Fit(string name, GradientStrategy strategy, FusionModule? fusion = null)
{
    random.manual_seed(2);
    using var own = strategy;
    using var model = Model(fusion);
    var data = new MultimodalDataset(batch.Inputs, batch.Targets, task);
    var (train, validation) = (data.InOrder(Samples), data.InOrder(Samples));
    var options = new TrainerOptions
    {
        Epochs = Epochs,
        RestoreBestWeights = false,
        Teachers = new Known(teachers),
        Optimizer = made => optim.SGD(
            [
                .. made.Modalities.Select((_, m) => new SGD.ParamGroup(made.EncoderParameters(m), 0.1)),
                new SGD.ParamGroup(made.SharedParameters(), 0.1),
            ],
            0.1),
    };
    double before = Evaluator.Evaluate(model, task, validation, CPU).Loss;
    var result = new Trainer(model, task, strategy, options).Fit(train, validation);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {before:G6} {result.Epochs[^1].Validation!.Loss:G6}"));
}

// Two losses, of two sets of labels, on one encoder.
void Share(string name)
{
    random.manual_seed(2);
    using var encoder = new Mlp(12, 24, Width);
    using var heads = nn.Linear(Width, 2 * Classes);
    using var method = MultiTaskMethod.MMPareto();
    using var optimizer = optim.SGD(encoder.parameters().Concat(heads.parameters()), 0.1);
    var (shared, others) = (encoder.parameters().ToArray(), heads.parameters().ToArray());
    var losses = new List<double>();
    for (int epoch = 0; epoch < Epochs; epoch++)
    {
        using var scope = NewDisposeScope();
        var logits = heads.call(encoder.call(batch.Inputs[0].Tensors[0]));
        var first = nn.functional.cross_entropy(logits.narrow(1, 0, Classes), labels);
        var second = nn.functional.cross_entropy(logits.narrow(1, Classes, Classes), Classes - 1 - labels);
        losses.Add((first + second).item<float>());
        MultiTaskGradients.Compute([first, second], shared, others, method);
        optimizer.step();
    }

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {losses[0]:G6} {losses[^1]:G6}"));
}

void Train(string name, IGradientStrategy strategy)
{
    random.manual_seed(2);
    using var model = Model();
    using var optimizer = optim.SGD(model.parameters(), 0.1);
    var losses = new List<double>();
    for (int epoch = 0; epoch < Epochs; epoch++)
    {
        using var scope = NewDisposeScope();
        var step = new TrainingStep(model, task, batch, epoch, teachers: teachers);
        var report = strategy.ComputeGradients(step);
        optimizer.step();
        // Unimodal training fuses nothing: its loss is the sum of the modalities' own.
        losses.Add(double.IsNaN(report.TaskLoss) ? report.Loss : report.TaskLoss);
    }

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {losses[0]:G6} {losses[^1]:G6}"));
}

// Two encoders, a fusion over their representations, and a head for each modality by itself.
static MultimodalModel Model(FusionModule? fusion = null) => new(
    [new ModalityEncoder("first", new Mlp(12, 24, Width)), new ModalityEncoder("second", new Mlp(20, 24, Width))],
    fusion ?? new ConcatFusion([Width, Width], Classes),
    fusion is null ? [nn.Linear(Width, Classes), nn.Linear(Width, Classes)] : null);

// A pattern per class and noise.
Tensor Measurements(long features, double noise) =>
    randn(Classes, features).index_select(0, labels) + (randn(Samples, features) * noise);

// What trained unimodal networks would say of the batch, made by hand: a representation per class, logits that know
// the label, the second modality's less surely, and the mean probabilities of the label that follow from them.
TeacherOutputs Teachers()
{
    var truth = nn.functional.one_hot(labels, Classes).to(ScalarType.Float32);
    var representation = truth.matmul(randn(Classes, Width));
    Tensor[] logits = [truth * 4, truth * 2];
    var confidences = logits.Select(logit => (double)task.ConfidencePerSample(logit, labels).mean().item<float>());
    return new TeacherOutputs([representation, representation], logits, confidences.ToArray());
}

/// <summary>Teachers that say the same of every batch.</summary>
file sealed class Known(TeacherOutputs outputs) : ITeacherSource
{
    public TeacherOutputs For(MultimodalBatch batch) => outputs;
}
