using ModalityBalance.Evaluation;
using ModalityBalance.Tests.Support;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Evaluation;

public class LossLandscapeTests
{
    [Fact]
    public void The_middle_of_a_line_is_the_model_itself_and_the_weights_come_back()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var data = Toy.Data().InOrder(32);
        var before = Toy.State(model);

        var points = LossLandscape.AlongLine(model, Toy.Task, data, CPU, new LossLandscapeOptions { Points = 5, Radius = 0.5 });

        Toy.State(model).Should().BeEquivalentTo(before);
        points.Select(point => point.Steps[0]).Should().Equal(-0.5, -0.25, 0, 0.25, 0.5);
        points[2].Scores.Loss.Should().Be(Evaluator.Evaluate(model, Toy.Task, data, CPU).Loss);
        points.Select(point => point.Scores.Loss).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void The_loss_of_a_trained_model_rises_on_both_sides()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var data = Toy.Data();
        using var strategy = new ModalityBalance.Strategies.UniformBaseline();
        new ModalityBalance.Training.Trainer(model, Toy.Task, strategy, Toy.Options(30)).Fit(data.Shuffled(16, 1));

        var points = LossLandscape.AlongLine(
            model, Toy.Task, data.InOrder(32), CPU, new LossLandscapeOptions { Points = 3, Radius = 1, Seed = 2 });

        points[1].Scores.Loss.Should().BeLessThan(points[0].Scores.Loss).And.BeLessThan(points[2].Scores.Loss);
    }

    [Fact]
    public void A_grid_holds_the_line_of_its_first_direction()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var data = Toy.Data().InOrder(32);
        var options = new LossLandscapeOptions { Points = 3, Seed = 4 };

        var line = LossLandscape.AlongLine(model, Toy.Task, data, CPU, options);
        var grid = LossLandscape.OnGrid(model, Toy.Task, data, CPU, options);

        grid.Should().HaveCount(9);
        grid.Where(point => point.Steps[1] == 0).Select(point => point.Scores.Loss).Should().Equal(line.Select(point => point.Scores.Loss));
    }

    [Fact]
    public void Filters_of_a_direction_are_as_long_as_those_of_the_weights_and_biases_stay()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var weight = randn(4, 3, 2, 2);

        var direction = LossLandscape.Direction(weight, new Generator(7));

        direction.flatten(1).norm(1, keepdim: false, p: 2f).data<float>().ToArray()
            .Should().Equal(weight.flatten(1).norm(1, keepdim: false, p: 2f).data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
        direction.Equals(LossLandscape.Direction(weight, new Generator(7))).Should().BeTrue();
        LossLandscape.Direction(randn(4), new Generator(7)).abs().sum().item<float>().Should().Be(0);
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 4, 0)]
    [InlineData(1, 1, 0)]
    [InlineData(double.NaN, 3, 0)]
    [InlineData(1, 3, -1)]
    public void Options_out_of_range_are_refused(double radius, int points, int seed)
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();

        FluentActions.Invoking(() => LossLandscape.AlongLine(
                model, Toy.Task, Toy.Data().InOrder(32), CPU, new LossLandscapeOptions { Radius = radius, Points = points, Seed = seed }))
            .Should().Throw<ArgumentOutOfRangeException>();
    }
}
