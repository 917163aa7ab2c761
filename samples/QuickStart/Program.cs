// Trains one network on two modalities with three strategies, and shows which modality joint training starves.
using var everything = NewDisposeScope();

// The data: four classes, seen and heard. Sound is learned at once; vision is as good, but takes longer.
random.manual_seed(1);
var task = new ClassificationTask(4);
var train = Samples(2000);
var validation = Samples(1000);
var test = Samples(1000).InOrder(batchSize: 500);

Console.WriteLine("Test accuracy: fused, and what a linear probe reads from each encoder");
Console.WriteLine($"{"",-16} {"fused",7} {"sound",7} {"vision",7}");
Train(new JointTraining());
Train(new UniformBaseline());
Train(new MMPareto());

void Train(IGradientStrategy strategy)
{
    // The model: one encoder per modality and a fusion, from the same start for every strategy.
    random.manual_seed(2);
    using var model = new MultimodalModel(
        [new ModalityEncoder("sound", new Mlp(8, 64, 32)), new ModalityEncoder("vision", new Mlp(8, 64, 32))],
        widths => new LateFusion(widths, outputs: 4));

    // The loop: the best of these epochs on the validation data is kept.
    var trainer = new Trainer(model, task, strategy, new TrainerOptions
    {
        Epochs = 10,
        Optimizer = network => optim.SGD(network.Root.parameters(), 0.05, momentum: 0.9),
    });
    trainer.Fit(train.Shuffled(batchSize: 64, seed: 1), validation.InOrder(batchSize: 500));

    // The report: the fused prediction, and what a linear probe reads from each encoder.
    double fused = Evaluator.Evaluate(model, task, test, CPU).Fused.Primary;
    var probes = ModalityProbes.Accuracies(model, task, train.InOrder(batchSize: 500), test, CPU);
    Console.WriteLine($"{strategy.Name,-16} {fused,7:P1} {probes[0],7:P1} {probes[1],7:P1}");
}

MultimodalDataset Samples(int count)
{
    var labels = randint(0, 4, count, ScalarType.Int64);

    // One of four directions, and noise.
    var sound = (3 * nn.functional.one_hot(labels, 8)) + randn(count, 8);

    // Two bits of the label: each is the sign of a product of two measurements.
    var vision = randn(count, 8);
    foreach (int bit in new[] { 0, 1 })
    {
        var sign = 1 - (2 * labels.bitwise_right_shift(bit).bitwise_and(1));
        var (first, second) = (vision.select(1, 2 * bit), vision.select(1, (2 * bit) + 1));
        second.copy_(first.sign() * second.abs() * sign);
    }

    return new MultimodalDataset([sound, vision], labels, task);
}
