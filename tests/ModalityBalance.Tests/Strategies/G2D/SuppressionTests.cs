using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Teachers;
using ModalityBalance.Tests.Support;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

/// <summary>What complete suppression means: not a bit of a suppressed encoder's parameters moves.</summary>
public class SuppressionTests
{
    private const int Steps = 200;

    public static TheoryData<string, bool> Settings => new()
    {
        { "sgd", false }, { "sgd", true }, { "adamw", false }, { "adamw", true },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void Momentum_and_weight_decay_do_not_move_a_suppressed_encoder(string optimizer, bool freeze)
    {
        using var scope = NewDisposeScope();
        using var model = Network();
        using var rule = Optimizer(optimizer, model);
        Step(model, new JointTraining(), rule, epoch: 0); // momentum to carry over
        var before = Toy.State(model);
        var options = new G2DOptions { PhaseEpochs = [1], FreezeNormalization = freeze };

        for (int i = 0; i < Steps; i++)
        {
            Step(model, new G2D(options), rule, epoch: 0);
        }

        // The toy's first teacher is the less confident one: modality 0 is prioritized, 1 is suppressed.
        var after = Toy.State(model);
        Same("encoder_b", key => !IsBuffer(key)).Should().BeTrue("its parameters stay bit-identical");
        Same("encoder_b", IsBuffer).Should().Be(freeze, "its batch statistics follow unless they are frozen");
        Same("encoder_a", key => !IsBuffer(key)).Should().BeFalse("the prioritized encoder learns");
        model.Encoder(1).modules().Should().OnlyContain(part => part.training);

        bool Same(string encoder, Func<string, bool> which) => before.Keys
            .Where(key => key.StartsWith(encoder, StringComparison.Ordinal) && which(key))
            .All(key => before[key] == after[key]);
    }

    [Fact]
    public void When_the_phase_ends_both_encoders_learn()
    {
        using var scope = NewDisposeScope();
        using var model = Network();
        using var rule = Optimizer("sgd", model);

        Step(model, new G2D(new G2DOptions { PhaseEpochs = [1] }), rule, epoch: 1);

        model.parameters().Should().OnlyContain(p => p.grad!.abs().sum().item<float>() > 0);
    }

    [Fact]
    public void Partial_suppression_scales_the_gradient()
    {
        using var scope = NewDisposeScope();
        using var whole = Network();
        using var partial = Network();
        var options = new G2DOptions { PhaseEpochs = [1], Suppression = G2DSuppression.Partial };

        Step(whole, new G2D(), null, epoch: 0);
        Step(partial, new G2D(options), null, epoch: 0);

        // Teacher confidences 0.3 and 0.4, see ToyTeachers.
        double share = 1 - Math.Tanh(0.4 / 0.3);
        foreach (var (full, scaled) in whole.Encoder(1).parameters().Zip(partial.Encoder(1).parameters()))
        {
            scaled.grad!.allclose(full.grad! * share, 1e-4, 1e-7).Should().BeTrue("float32 sums in another order");
        }
    }

    private static void Step(MultimodalModel model, IGradientStrategy strategy, optim.Optimizer? optimizer, int epoch)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(9);
        var labels = arange(8, dtype: ScalarType.Int64).remainder(Toy.Classes);
        var batch = new MultimodalBatch([randn(8, 1, 8, 8), randn(8, 1, 8, 8)], labels);
        strategy.ComputeGradients(
            new TrainingStep(model, Toy.Task, batch, epoch, teachers: WideTeachers(batch)));
        optimizer?.step();
    }

    private static TeacherOutputs WideTeachers(MultimodalBatch batch)
    {
        var toy = new ToyTeachers(2).For(batch);
        return new TeacherOutputs(
            toy.Representations.Select(z => z.repeat(1, 13).narrow(1, 0, 64)).ToArray(), toy.Logits, toy.Confidences);
    }

    private static bool IsBuffer(string key) =>
        key.Contains("running", StringComparison.Ordinal) || key.Contains("num_batches", StringComparison.Ordinal);

    private static MultimodalModel Network()
    {
        random.manual_seed(4);
        return new MultimodalModel(
            [new ModalityEncoder("a", new SmallCnn()), new ModalityEncoder("b", new SmallCnn())],
            new LateFusion([64, 64], Toy.Classes));
    }

    private static optim.Optimizer Optimizer(string name, MultimodalModel model) => name == "sgd"
        ? optim.SGD(model.parameters(), 0.01, momentum: 0.9, weight_decay: 1e-2)
        : optim.AdamW(model.parameters(), 1e-3, weight_decay: 1e-2);
}
