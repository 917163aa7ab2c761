// A network of one's own for three modalities, of which samples may lack one: teachers, a diagnosis, and several strategies.
using ModalityBalance.Diagnosis;
using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Teachers;
using ModalityBalance.Training;
using OwnModel;
using static TorchSharp.torch;

const long Width = 32;

using var everything = NewDisposeScope();
random.manual_seed(1);
var train = Records.Make(1400);
var validation = Records.Make(700).InOrder(batchSize: 350);
var test = Records.Make(700).InOrder(batchSize: 350);
var batches = train.Shuffled(batchSize: 50, seed: 1);
var inOrder = train.InOrder(batchSize: 350);
var task = Records.Task;
var options = new TrainerOptions
{
    Epochs = 8,
    Optimizer = network => optim.Adam(network.Root.parameters(), 0.003),
    MaxGradientNorm = 5,
};

// Teachers: one network per modality. Their outputs for all training samples are computed once.
random.manual_seed(2);
using var teachers = new UnimodalEnsemble(Encoders(), Records.Classes);
new UnimodalTeacherTrainer(teachers, task, options).Fit(batches, validation);
Directory.CreateDirectory("out");
TeacherCache.Write("out/teachers.cache", teachers, task, inOrder, CPU);
using var cache = TeacherCache.Open("out/teachers.cache", teachers, inOrder);

Console.WriteLine("Test accuracy: fused, and what a linear probe reads from each encoder");
Console.WriteLine($"{"",-16} {"fused",7} {"image",7} {"text",7} {"table",7}   backward passes");
Print("teachers", teachers, passes: null);

// A joint run under a monitor, which finds out what it starves.
using var monitor = new BalanceMonitor();
using var joint = Train(new JointTraining(trainHeads: true), monitor);
var diagnosis = BalanceDiagnosis.Of(
    joint, teachers, monitor, task, new DiagnosisOptions { Train = inOrder, HeldOut = validation });

using var uniform = Train(new UniformBaseline());
using var mmPareto = Train(new MMPareto());
using var starvedFirst = Train(new StarvedFirst(new StarvedFirstOptions { Order = diagnosis.StarvationOrder }));
using var g2d = Train(new G2D(new G2DOptions { PhaseEpochs = [2, 2] }));

Console.WriteLine();
Console.WriteLine("What joint training lost of what the teachers know:");
foreach (var modality in diagnosis.Modalities)
{
    Console.WriteLine($"{modality.Name,-16} {modality.LostShare,7:P1}{(modality.IsStarved ? "  starved" : "")}");
}

Console.WriteLine($"To try first: {diagnosis.Advice[0].Strategy}");
Console.WriteLine();
Console.WriteLine("Uniform without some of the modalities:");
foreach (var subset in MissingModalities.OfSubsets(uniform, task, test, CPU))
{
    string names = string.Join(" + ", subset.Modalities.Select(m => uniform.Modalities[m]));
    Console.WriteLine($"{names,-20} {subset.Scores.Primary,7:P1}");
}

// The same start for every strategy.
RecordModel Train(IGradientStrategy strategy, params TrainingCallback[] callbacks)
{
    random.manual_seed(3);
    var model = new RecordModel(Encoders(), Width, Records.Classes);
    var passes = new BackwardPasses();
    new Trainer(model, task, strategy, options with
    {
        Teachers = cache,
        Callbacks = [passes, new EarlyStopping(patience: 4), .. callbacks],
    }).Fit(batches, validation);
    Print(strategy.Name, model, passes.Sum);
    return model;
}

void Print(string name, IMultimodalModel model, long? passes)
{
    double fused = Evaluator.Evaluate(model, task, test, CPU).Fused.Primary;
    var probes = ModalityProbes.Accuracies(model, task, inOrder, test, CPU);
    Console.WriteLine($"{name,-16} {fused,7:P1} {string.Join(" ", probes.Select(probe => $"{probe,7:P1}"))} {passes,9}");
}

static ModalityEncoder[] Encoders() =>
[
    new("image", nn.Sequential(
        nn.Conv2d(1, 16, 3, padding: 1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16 * 16, Width))) { Width = Width },
    new("text", new TextGru(Records.Vocabulary, Width)) { Width = Width },
    new("table", new Mlp(Records.Columns, Width, Width)),
];

/// <summary>A callback that adds up what the strategy has cost. Every other hook keeps its empty body.</summary>
internal sealed class BackwardPasses : TrainingCallback
{
    public long Sum { get; private set; }

    public override void OnEpochEnd(EpochSummary summary) => Sum += summary.Passes.Backwards;
}
