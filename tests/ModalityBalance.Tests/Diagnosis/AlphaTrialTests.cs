using ModalityBalance.Diagnosis;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Teachers;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Diagnosis;

public class AlphaTrialTests
{
    [Fact]
    public void It_learns_as_I2MCL_does_also_where_the_fusion_draws_random_numbers()
    {
        using var scope = NewDisposeScope();
        using var teachers = Taught.Teachers();

        Trained(new AlphaTrial(every: 1), teachers).Should().BeEquivalentTo(Trained(new I2MCL(), teachers));
    }

    [Fact]
    public void It_checks_the_plan_as_I2MCL_does()
    {
        using var trial = new AlphaTrial(
            new I2MCLOptions { Schedule = I2MCLSchedule.Fixed, TaskModality = 7 });

        trial.Validate(new TrainingPlan(2, 10, Teachers: null)).Should().ContainSingle().Which.Should().Contain("TaskModality");
    }

    [Fact]
    public void Nothing_can_be_read_before_a_step()
    {
        using var trial = new AlphaTrial();
        using var joint = new MeasuredJoint();

        trial.Invoking(t => t.Read()).Should().Throw<InvalidOperationException>().WithMessage("*trained*");
        joint.Invoking(j => j.Read()).Should().Throw<InvalidOperationException>().WithMessage("*trained*");
    }

    private static Dictionary<string, string> Trained(IGradientStrategy strategy, UnimodalEnsemble teachers)
    {
        random.manual_seed(1);
        using var model = new MultimodalModel(
            [new ModalityEncoder("m0", nn.Linear(Toy.Inputs, Toy.Width)), new ModalityEncoder("m1", nn.Linear(Toy.Inputs + 1, Toy.Width))],
            new DropoutFusion());
        var options = Toy.Options(2) with { Teachers = new OnlineTeachers(teachers, Toy.Task), Seed = 5 };
        new Trainer(model, Toy.Task, strategy, options).Fit(Toy.Data().Shuffled(32, 3));
        return Toy.State(model);
    }

    private sealed class DropoutFusion : FusionModule
    {
        private readonly TorchSharp.Modules.Linear _layer = nn.Linear(2 * Toy.Width, Toy.Classes);
        private readonly TorchSharp.Modules.Dropout _dropout = nn.Dropout(0.3);

        public DropoutFusion()
            : base(nameof(DropoutFusion), [Toy.Width, Toy.Width], Toy.Classes) => RegisterComponents();

        protected override Tensor FuseCore(IReadOnlyList<Tensor> representations, Tensor? present) =>
            _layer.call(_dropout.call(cat(representations.ToArray(), 1)));
    }
}
