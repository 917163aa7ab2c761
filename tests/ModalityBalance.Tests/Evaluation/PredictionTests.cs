using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Tasks;
using ModalityBalance.Tests.Support;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Evaluation;

public class PredictionTests
{
    [Fact]
    public void Probabilities_add_up_to_one_and_their_largest_is_what_is_scored()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var batch = Toy.Batch(size: 30);

        var prediction = Prediction.Of(model, Toy.Task, batch.Inputs, CPU);

        prediction.Fused.shape.Should().Equal(30, Toy.Classes);
        prediction.Unimodal.Should().HaveCount(2);
        prediction.Unimodal!.Append(prediction.Fused).Should().OnlyContain(p => p.sum(1).allclose(ones(30), 1e-5, 1e-6, false));
        double accuracy = prediction.Fused.argmax(1).eq(batch.Targets).to(ScalarType.Float64).mean().item<double>();
        accuracy.Should().BeApproximately(
            Evaluator.Evaluate(model, Toy.Task, BatchSource.From([batch]), CPU).Fused.Primary, 1e-12);
    }

    [Fact]
    public void A_sample_without_a_modality_has_no_prediction_of_it()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var batch = Toy.Batch(size: 2);
        var present = new PresenceMask(new[,] { { true, true }, { true, false } });

        var prediction = Prediction.Of(model, Toy.Task, batch.Inputs, CPU, present);

        prediction.Unimodal![1].isnan().any(1).data<bool>().Should().Equal(false, true);
        prediction.Fused[1].Equals(prediction.Unimodal[0][1]).Should().BeTrue("late fusion has only one vote to count");
        prediction.Fused.isfinite().all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void A_model_without_heads_has_the_fused_prediction_only()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(fusion: "concat", heads: false);

        Prediction.Of(model, Toy.Task, Toy.Batch().Inputs, CPU).Unimodal.Should().BeNull();
    }

    [Fact]
    public void Its_tensors_outlive_it_without_a_graph_and_the_model_stays_as_it_was()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(dropout: true);
        var before = Toy.State(model);
        var inputs = Toy.Batch().Inputs;

        var prediction = Prediction.Of(model, Toy.Task, inputs, CPU);
        var again = Prediction.Of(model, Toy.Task, inputs, CPU);

        prediction.Fused.requires_grad.Should().BeFalse();
        again.Fused.Equals(prediction.Fused).Should().BeTrue("dropout is off");
        Toy.State(model).Should().BeEquivalentTo(before);
        model.Encoder(0).modules().Should().Contain(part => part.training);
    }

    [Fact]
    public void Labels_have_a_probability_each_and_a_regression_has_values()
    {
        using var scope = NewDisposeScope();
        var raw = tensor(new[,] { { 0f, 100f, -100f } });

        new MultiLabelTask(3).Interpret(raw).data<float>().Should().Equal(0.5f, 1f, 0f);
        new RegressionTask().Interpret(raw.reshape(3, 1)).data<float>().Should().Equal(0f, 100f, -100f);
        new RegressionTask(sigmoid: true).Interpret(raw[0]).data<float>().Should().Equal(0.5f, 1f, 0f);
    }

    [Fact]
    public void Inputs_that_do_not_fit_are_named()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();

        Of(rand(3, Toy.Inputs), rand(2, Toy.Inputs + 1)).Should().Throw<ArgumentException>()
            .WithMessage("inputs must hold the same number of samples each, at least 1, but hold 3, 2.*");
        Of(rand(0, Toy.Inputs), rand(0, Toy.Inputs + 1)).Should().Throw<ArgumentException>().WithMessage("*but hold 0, 0.*");
        Of().Should().Throw<ArgumentException>().WithMessage("*but hold 0.*");
        Of(rand(3, Toy.Inputs), rand(3, 2), rand(3, 2)).Should().Throw<ArgumentException>().WithMessage("*2 modalities*m0, m1*");

        Action Of(params Tensor[] inputs) =>
            () => Prediction.Of(model, Toy.Task, [.. inputs.Select(input => (ModalityInput)input)], CPU);
    }
}
