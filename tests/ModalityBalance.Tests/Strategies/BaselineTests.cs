using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

/// <summary>The cut must not change a gradient: every baseline against plain backpropagation of the whole network.
/// </summary>
public class BaselineTests
{
    // Double: the two graphs add the same terms in another order.
    private const double Tolerance = 1e-13;

    public static TheoryData<int, string> Shapes => new()
    {
        { 2, "late" }, { 2, "concat" }, { 2, "sum" }, { 3, "late" }, { 4, "concat" },
        { 2, "film" }, { 2, "gated" }, { 3, "attention" },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Joint_training_is_backpropagation_of_the_fused_loss(int modalities, string fusion) =>
        Compare(modalities, fusion, new JointTraining(), (fused, _) => fused);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_uniform_baseline_is_backpropagation_of_the_sum_of_all_losses(int modalities, string fusion) =>
        Compare(modalities, fusion, new UniformBaseline(), (fused, unimodal) => fused + unimodal);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Unimodal_training_is_backpropagation_of_the_unimodal_losses(int modalities, string fusion) =>
        Compare(modalities, fusion, new UnimodalTraining(), (_, unimodal) => unimodal);

    private static void Compare(
        int modalities, string fusion, IGradientStrategy strategy, Func<Tensor, Tensor, Tensor> total)
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(modalities, fusion);
        model.to(ScalarType.Float64);
        var batch = Toy.Batch(modalities, dtype: ScalarType.Float64);
        var z = batch.Inputs.Select((input, m) => model.Encode(m, input)).ToArray();
        var unimodal = z.Select((zm, m) => Mean(model.PredictUnimodal(m, zm))).Aggregate((sum, l) => sum + l);
        var loss = total(Mean(model.Fuse(z, null)), unimodal);
        loss.backward();
        var expected = model.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad?.clone());

        var step = new TrainingStep(model, Toy.Task, batch);
        var report = strategy.ComputeGradients(step);

        report.Loss.Should().BeApproximately(loss.item<double>(), Tolerance);
        step.Passes.Should().Be(new EncoderPasses(modalities, modalities));
        foreach (var (name, parameter) in model.named_parameters())
        {
            var gradient = parameter.grad;
            (gradient is null).Should().Be(expected[name] is null, name);
            gradient?.allclose(expected[name]!, Tolerance, Tolerance).Should().BeTrue(name);
        }

        Tensor Mean(Tensor prediction) => Toy.Task.LossPerSample(prediction, batch.Targets).mean();
    }
}
