using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Tests.Support;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies.Baselines;

public class OPMTests
{
    [Fact]
    public void The_probability_grows_with_the_ratio_and_is_zero_for_the_less_sure()
    {
        using var scope = NewDisposeScope();

        var q = OPM.DropProbability(tensor(new[] { 0.5, 1, 2, double.PositiveInfinity, double.NaN }), qBase: 0.4, lambda: 0.5);

        q.data<double>().Should().Equal(0, 0, 0.4 * (1 + (0.5 * Math.Tanh(1))), 0.4 * 1.5, 0);
    }

    [Fact]
    public void Before_its_first_epoch_it_is_joint_training()
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model(fusion: "concat");
        ToyStep.Run(new JointTraining(), model, ToyStep.Batch());
        double[] joint = ToyStep.Gradient(model.parameters());

        var report = ToyStep.Run(new OPM(new OPMOptions { StartEpoch = 1 }), model, ToyStep.Batch());

        ToyStep.Gradient(model.parameters()).Should().Equal(joint);
        report["drop_probability"].Should().Equal(0, 0);
    }

    [Fact]
    public void The_surer_modality_is_left_out_as_often_as_promised_and_the_other_never()
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model(fusion: "concat");
        var batch = ToyStep.Batch(size: 1);
        var strategy = new OPM(new OPMOptions { Share = 0.7 });
        double[] q = [];
        int[] missed = [0, 0];
        const int Steps = 2000;
        random.manual_seed(8);

        for (int i = 0; i < Steps; i++)
        {
            using var inner = NewDisposeScope();
            q = [.. strategy.ComputeGradients(new TrainingStep(model, Toy.Task, batch))["drop_probability"]];
            for (int m = 0; m < 2; m++)
            {
                missed[m] += ToyStep.Gradient(model.Encoder(m).parameters()).All(value => value == 0) ? 1 : 0;
            }
        }

        int surer = q[0] > 0 ? 0 : 1;
        double expected = 0.7 * q[surer];
        q[1 - surer].Should().Be(0);
        missed[1 - surer].Should().Be(0);

        // Four standard errors of a share.
        ((double)missed[surer] / Steps).Should().BeApproximately(expected, 4 * Math.Sqrt(expected * (1 - expected) / Steps));
    }

    [Fact]
    public void Options_and_tasks_that_do_not_fit_are_refused()
    {
        using var model = Toy.Model();

        FluentActions.Invoking(() => new OPM(new OPMOptions { QBase = 0 })).Should().Throw<ArgumentException>()
            .WithMessage("QBase must lie in (0, 1], but is 0.*");
        new OPM().Validate(new TrainingPlan(model, new RegressionTask(), 1, null)).Should().ContainSingle();
    }
}
