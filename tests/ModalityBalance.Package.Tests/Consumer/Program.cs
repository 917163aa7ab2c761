// Trains one small network with every strategy in a hand-written loop and prints, per strategy, its name, the loss
// before the first step and the loss in the last. Nothing but the package and a native backend is needed.
using System.Globalization;
using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
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
static MultimodalModel Model() => new(
    [new ModalityEncoder("first", new Mlp(12, 24, Width)), new ModalityEncoder("second", new Mlp(20, 24, Width))],
    new ConcatFusion([Width, Width], Classes),
    [nn.Linear(Width, Classes), nn.Linear(Width, Classes)]);

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
