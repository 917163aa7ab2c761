using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies.Baselines;

public class DGLTests
{
    [Theory]
    [InlineData("concat")]
    [InlineData("late")]
    public void Encoders_learn_from_their_own_losses_and_the_fusion_from_the_fused_one(string fusion)
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model(fusion: fusion);
        ToyStep.Run(new UnimodalTraining(), model, ToyStep.Batch());
        double[][] alone = Gradients(model);
        ToyStep.Run(new JointTraining(), model, ToyStep.Batch());
        double[] joint = ToyStep.Gradient(model.Fusion.parameters());

        ToyStep.Run(new DGL(new DGLOptions { Alpha = 2 }), model, ToyStep.Batch());

        double[][] gradients = Gradients(model);
        for (int m = 0; m < 2; m++)
        {
            gradients[m].Zip(alone[m]).Should().OnlyContain(pair => Math.Abs(pair.First - (2 * pair.Second)) < 1e-14);
        }

        ToyStep.Gradient(model.Fusion.parameters()).Should().Equal(joint);
        if (fusion == "concat")
        {
            gradients[2].Zip(alone[2]).Should().OnlyContain(pair => Math.Abs(pair.First - (2 * pair.Second)) < 1e-14,
                "heads that nothing else moves learn from their own losses");
        }
    }

    [Fact]
    public void Without_heads_the_fusion_predicts_from_one_modality_and_does_not_learn_from_that()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(fusion: "concat", heads: false);
        var batch = Toy.Batch();
        var expected = Alone(model, batch);
        ToyStep.Run(new JointTraining(), model, batch);
        var joint = model.SharedParameters().Select(parameter => parameter.grad!.clone()).ToArray();

        ToyStep.Run(new DGL(new DGLOptions { Alpha = 1, Prediction = DGLPrediction.ZeroedFusion }), model, batch);

        foreach (var (parameter, gradient) in model.SharedParameters().Zip(joint))
        {
            parameter.grad!.eq(gradient).all().item<bool>().Should().BeTrue();
        }

        foreach (var (parameter, gradient) in model.Encoder(0).parameters().Zip(expected))
        {
            (parameter.grad! - gradient).abs().max().item<float>().Should().BeLessThan(1e-7f);
        }
    }

    [Fact]
    public void A_weight_out_of_range_is_refused() =>
        FluentActions.Invoking(() => new DGL(new DGLOptions { Alpha = 0 })).Should().Throw<ArgumentException>()
            .WithMessage("Alpha must be finite and above 0, but is 0.*");

    /// <summary>Gradients of the first encoder from the loss of the fusion that sees it alone.</summary>
    private static Tensor[] Alone(MultimodalModel model, ModalityBalance.Data.MultimodalBatch batch)
    {
        model.zero_grad();
        var z = model.Encode(0, batch.Inputs[0]);
        Toy.Task.LossPerSample(model.Fuse([z, zeros_like(z)], null), batch.Targets).mean().backward();
        return [.. model.Encoder(0).parameters().Select(parameter => parameter.grad!.clone())];
    }

    private static double[][] Gradients(MultimodalModel model) =>
    [
        ToyStep.Gradient(model.Encoder(0).parameters()),
        ToyStep.Gradient(model.Encoder(1).parameters()),
        ToyStep.Gradient(model.SharedParameters().Except(model.Fusion.parameters())),
    ];
}
