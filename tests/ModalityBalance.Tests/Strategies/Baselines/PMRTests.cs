using System.Text.Json;
using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Tests.Golden;
using ModalityBalance.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies.Baselines;

public class PMRTests
{
    private static readonly JsonElement File = BaselineFile.Read("pmr.json");

    public static TheoryData<int, string> Runs
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (var (i, step) in File.GetProperty("cases").EnumerateArray().Index())
            {
                foreach (var run in step.GetProperty("runs").EnumerateObject())
                {
                    data.Add(i, run.Name);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Gradients_are_those_of_the_equations(int index, string run)
    {
        using var scope = NewDisposeScope();
        var golden = File.At("cases", index);
        var expected = golden.GetProperty("runs").GetProperty(run);
        double[] weights = [.. run.Split('/').Select(part => double.Parse(part.Split('=')[1], System.Globalization.CultureInfo.InvariantCulture))];
        var model = new BaselineParameters(golden.GetProperty("parameters")).Network(golden.GetProperty("fusion").GetString()!);
        using var strategy = new PMR(new PMROptions
        {
            Alpha = weights[0],
            Mu = weights[1],
            RegularizedEpochs = 1,
            Rule = golden.GetProperty("rule").GetString() == "clipped" ? PMRRule.Clipped : PMRRule.AllOrNothing,
        });
        Know(strategy, golden);

        var report = strategy.ComputeGradients(
            new TrainingStep(model, new ClassificationTask(model.Fusion.Outputs), golden.Batch()));

        report.TaskLoss.ShouldBe(expected.Number("task_loss"));
        report.Loss.ShouldBe(expected.Number("loss"));
        report["probability"].ShouldBe(expected.GetProperty("probabilities"));
        report["prototypical_loss"].ShouldBe(expected.GetProperty("prototypical_losses"));
        report["acceleration"].ShouldBe(expected.GetProperty("acceleration"));
        report["regularization"].ShouldBe(expected.GetProperty("regularisation"));
        new BaselineParameters(expected.GetProperty("gradients")).ShouldBeGradientsOf(model);
    }

    [Fact]
    public void Prototypes_move_over_epochs_as_the_equations_say()
    {
        using var scope = NewDisposeScope();
        var trace = File.GetProperty("trace");
        using var strategy = new PMR(new PMROptions { Momentum = trace.Number("momentum"), PrototypeShare = 1 });
        foreach (var (i, epoch) in trace.GetProperty("epochs").EnumerateArray().Index())
        {
            var encoders = epoch.Tensors("encoders");
            long classes = epoch.GetProperty("class_means")[0].GetArrayLength();
            using var model = Encoding(encoders, classes);
            var batch = epoch.Batch();

            // In two batches, which a mean of batch means would not survive.
            strategy.OnEpochStart(Context(model, i, new ClassificationTask(classes), Parts(batch, 5)));

            foreach (var (m, prototypes) in epoch.GetProperty("prototypes").EnumerateArray().Index())
            {
                var known = prototypes.EnumerateArray().Index()
                    .Where(row => row.Item.ValueKind == JsonValueKind.Array && row.Item[0].ValueKind != JsonValueKind.Null).ToArray();
                var actual = strategy.State.GetOrAdd($"prototypes_{m}", () => zeros(0));
                foreach (var (c, row) in known)
                {
                    actual[c].data<double>().ToArray().ShouldBe(row, $"prototype {c} of modality {m} in epoch {i}");
                }

                strategy.State.GetOrAdd($"known_{m}", () => zeros(0)).sum().item<long>().Should().Be(known.Length);
            }
        }
    }

    [Fact]
    public void Without_weights_it_is_joint_training_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model();
        using var strategy = new PMR(new PMROptions { Alpha = 0, Mu = 0, PrototypeShare = 1 });
        Tell(strategy, model, 0);
        ToyStep.Run(new JointTraining(), model, ToyStep.Batch());
        double[] joint = ToyStep.Gradient(model.parameters());

        ToyStep.Run(strategy, model, ToyStep.Batch());

        ToyStep.Gradient(model.parameters()).Should().Equal(joint);
    }

    [Fact]
    public void The_strongest_modality_and_everything_outside_the_encoders_learn_as_in_joint_training()
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model();
        using var strategy = new PMR(new PMROptions { PrototypeShare = 1 });
        Tell(strategy, model, 0);
        ToyStep.Run(new JointTraining(), model, ToyStep.Batch());
        double[][] joint = Gradients(model);

        var report = ToyStep.Run(strategy, model, ToyStep.Batch());

        int strongest = report["probability"][0] > report["probability"][1] ? 0 : 1;
        double[][] gradients = Gradients(model);
        gradients[strongest].Should().Equal(joint[strongest]);
        gradients[1 - strongest].Should().NotEqual(joint[1 - strongest]);
        gradients[2].Should().Equal(joint[2]);
    }

    [Fact]
    public void A_representation_on_its_prototype_has_a_finite_gradient()
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model();
        var batch = ToyStep.Batch();
        using var strategy = new PMR(new PMROptions { RegularizedEpochs = 1 });
        for (int m = 0; m < 2; m++)
        {
            using var noGrad = no_grad();
            var z = model.Encode(m, batch.Inputs[m]);
            strategy.State.GetOrAdd($"prototypes_{m}", () => z.narrow(0, 0, Toy.Classes));
            strategy.State.GetOrAdd($"known_{m}", () => ones(Toy.Classes, ScalarType.Bool));
        }

        ToyStep.Run(strategy, model, batch);

        ToyStep.Gradient(model.parameters()).Should().OnlyContain(value => double.IsFinite(value));
    }

    [Fact]
    public void A_class_without_a_prototype_is_left_out()
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model();
        var batch = ToyStep.Batch();
        using var strategy = new PMR(new PMROptions { RegularizedEpochs = 1 });
        for (int m = 0; m < 2; m++)
        {
            strategy.State.GetOrAdd($"prototypes_{m}", () => full(Toy.Classes, Toy.Width, 0.5, ScalarType.Float64));
            strategy.State.GetOrAdd($"known_{m}", () => tensor(new[] { true, m == 0, m == 0 }));
        }

        var report = ToyStep.Run(strategy, model, batch);

        report["probability"][1].Should().BeApproximately(1, 1e-12, "its only class is certain");
        report["prototypical_loss"][0].Should().BeApproximately(Math.Log(3), 1e-12, "all its prototypes are the same");
        ToyStep.Gradient(model.parameters()).Should().OnlyContain(value => double.IsFinite(value));
    }

    [Fact]
    public void A_strategy_that_was_not_told_of_the_epoch_says_so()
    {
        using var model = ToyStep.Model();
        using var strategy = new PMR();

        strategy.Invoking(s => ToyStep.Run(s, model, ToyStep.Batch())).Should().Throw<InvalidOperationException>()
            .WithMessage("PMR must be notified of epoch 0 (OnEpochStart) to have prototypes, but was not.");
    }

    [Fact]
    public void Other_tasks_than_classification_are_refused()
    {
        using var model = Toy.Model();

        new PMR().Validate(new TrainingPlan(model, new MultiLabelTask(3), 1, null)).Should().ContainSingle()
            .Which.Should().Match("PMR needs classes*MultiLabelTask.");
    }

    private static double[][] Gradients(MultimodalModel model) =>
    [
        ToyStep.Gradient(model.Encoder(0).parameters()),
        ToyStep.Gradient(model.Encoder(1).parameters()),
        ToyStep.Gradient(model.SharedParameters()),
    ];

    private static void Tell(PMR strategy, MultimodalModel model, int epoch) => strategy.OnEpochStart(
        Context(model, epoch, Toy.Task, Toy.Data(dtype: ScalarType.Float64).InOrder(16)));

    private static EpochContext Context(IMultimodalModel model, int epoch, LearningTask task, IBatchSource data) => new()
    {
        Epoch = epoch,
        Epochs = 10,
        Model = model,
        Task = task,
        TrainingData = data,
    };

    private static IBatchSource Parts(MultimodalBatch batch, int first) => BatchSource.From(
        _ => new[] { (0L, (long)first), (first, batch.Size - first) }.Select(part => new MultimodalBatch(
            [.. batch.Inputs.Select(input => (ModalityInput)input.Tensors[0].narrow(0, part.Item1, part.Item2))],
            batch.Targets.narrow(0, part.Item1, part.Item2))), 2);

    private static MultimodalModel Encoding(Tensor[] weights, long classes)
    {
        var encoders = weights.Select((w, m) => new ModalityEncoder($"m{m}", nn.Linear(w.shape[0], w.shape[1], hasBias: false)));
        var model = new MultimodalModel([.. encoders], new LateFusion([.. weights.Select(w => w.shape[1])], classes));
        model.to(ScalarType.Float64);
        using var noGrad = no_grad();
        foreach (var (m, weight) in weights.Index())
        {
            model.Encoder(m).parameters().Single().copy_(weight.t());
        }

        return model;
    }

    private static void Know(PMR strategy, JsonElement golden)
    {
        foreach (var (m, rows) in golden.GetProperty("prototypes").EnumerateArray().Index())
        {
            bool[] known = [.. rows.EnumerateArray().Select(row =>
                row.ValueKind == JsonValueKind.Array && row[0].ValueKind != JsonValueKind.Null)];
            long width = rows.EnumerateArray().First(row => row.ValueKind == JsonValueKind.Array).GetArrayLength();
            double[] values = [.. rows.EnumerateArray().Zip(known).SelectMany(row =>
                row.Second ? row.First.Numbers() : new double[width])];
            strategy.State.GetOrAdd($"prototypes_{m}", () => tensor(values, [known.Length, width]));
            strategy.State.GetOrAdd($"known_{m}", () => tensor(known));
        }
    }
}
