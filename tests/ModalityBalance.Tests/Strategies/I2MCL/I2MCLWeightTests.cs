using ModalityBalance.Data;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Golden;
using ModalityBalance.Tests.Support;
using static ModalityBalance.Tests.Support.ToyStep;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

/// <summary>Thresholds and sample weights by hand.</summary>
public class I2MCLWeightTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    [InlineData(1)]
    public void A_threshold_keeps_the_share_gamma_of_itself(double gamma)
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var strategy = new I2MCL(new I2MCLOptions { Gamma = gamma });

        var first = Run(strategy, model, Batch(size: 8));
        var second = Run(strategy, model, Batch(size: 5));

        first["threshold"].ShouldMatch(Means(first));
        second["threshold"].ShouldMatch(Combine(gamma, Means(first), 1 - gamma, Means(second)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    [InlineData(3)]
    public void The_loss_weighs_every_sample_with_beta(double beta)
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var batch = Batch();
        using var strategy = new I2MCL(new I2MCLOptions { Beta = beta, Schedule = I2MCLSchedule.AllTask });

        var report = Run(strategy, model, batch);

        var z = batch.Inputs.Select((input, m) => model.Encode(m, input)).ToArray();
        var losses = Toy.Task.LossPerSample(model.Fuse(z, null), batch.Targets).data<double>().ToArray();
        report.Loss.ShouldMatch(
            losses.Average(loss => loss * ReferenceSelfPaced.Weight(loss, losses.Average(), beta)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Distillation_is_a_mean_over_the_samples_that_have_the_modality(bool weighSamples)
    {
        using var scope = NewDisposeScope();
        var options = new I2MCLOptions { Schedule = I2MCLSchedule.AllTeacher, WeighSamples = weighSamples };
        var batch = Batch();

        double[] OfEncoder(int modality, MultimodalBatch samples)
        {
            using var strategy = new I2MCL(options);
            return EncoderGradient(strategy, samples, modality);
        }

        OfEncoder(0, WithFirstIn(batch, 5)).ShouldMatch(OfEncoder(0, Head(batch, 5)));
        OfEncoder(1, WithFirstIn(batch, 5)).ShouldMatch(OfEncoder(1, batch));
    }

    private static double[] Means(StepReport report) => [report.TaskLoss, .. report["distillation_loss"]];
}
