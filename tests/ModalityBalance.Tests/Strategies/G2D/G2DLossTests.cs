using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Golden;
using ModalityBalance.Tests.Support;
using static ModalityBalance.Tests.Support.ToyStep;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

/// <summary>The loss of every setting of G2D, written out, and its gradient.</summary>
public class G2DLossTests
{
    private const int Present = 5;

    public static TheoryData<double, double, double, bool> Settings => new()
    {
        { 0, 0, 1, false },
        { 2, 0, 1, false },
        { 0, 3, 1, false },
        { 0, 1, 2, false },
        { 0.5, 2, 4, false },
        { 2, 0, 1, true },
        { 0.5, 2, 4, true },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void Loss_and_gradients_are_those_of_the_weighted_sum(
        double featureWeight, double logitWeight, double temperature, bool missing)
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var batch = missing ? WithFirstIn(Batch(), Present) : Batch();
        var expected = Task(model, batch, out var z, out var prediction);
        for (int m = 0; m < z.Length; m++)
        {
            // Feature distances and divergences over the samples that have the modality.
            long rows = missing && m == 0 ? Present : batch.Size;
            var teachers = Taught(batch);
            expected += featureWeight
                * nn.functional.mse_loss(z[m].narrow(0, 0, rows), teachers.Representations[m].narrow(0, 0, rows));
            var student = (prediction.narrow(0, 0, rows) / temperature).softmax(1);
            var teacher = (teachers.Logits[m].narrow(0, 0, rows) / temperature).softmax(1);
            expected += logitWeight * temperature * temperature
                * (teacher * (teacher / student).log()).sum() / rows;
        }

        model.zero_grad();
        expected.backward();
        var gradient = Gradient(model.parameters());

        var report = Run(
            new G2D(new G2DOptions
            {
                FeatureWeight = featureWeight,
                LogitWeight = logitWeight,
                Temperature = temperature,
            }),
            model,
            batch);

        report.Loss.ShouldMatch(expected.item<double>());
        Gradient(model.parameters()).ShouldMatch(gradient);
    }

    /// <summary>The task loss of the whole network; an absent representation is zero.</summary>
    private static Tensor Task(MultimodalModel model, MultimodalBatch batch, out Tensor[] z, out Tensor prediction)
    {
        z = batch.Inputs.Select((input, m) => model.Encode(m, input)).ToArray();
        if (batch.Present is { } present)
        {
            z[0] = z[0] * present.Values.narrow(1, 0, 1);
        }

        prediction = model.Fuse(z, batch.Present?.Values);
        return Toy.Task.LossPerSample(prediction, batch.Targets).mean();
    }
}
