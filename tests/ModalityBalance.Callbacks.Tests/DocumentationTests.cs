using Microsoft.Extensions.Logging.Abstractions;
using ModalityBalance.Data;
using ModalityBalance.Logging;
using ModalityBalance.Models;
using ModalityBalance.Plots.Tests.Support;
using ModalityBalance.SpectreConsole;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Shared;
using ModalityBalance.Training;
using Spectre.Console;
using static TorchSharp.torch;

namespace ModalityBalance.Callbacks.Tests;

/// <summary>What docs/progress-and-logs.md says works.</summary>
public sealed class DocumentationTests
{
    [Theory]
    [InlineData("docs/progress-and-logs.md")]
    [InlineData("src/ModalityBalance.SpectreConsole/README.md")]
    [InlineData("src/ModalityBalance.Logging/README.md")]
    public void The_code_of_the_page_is_the_code_that_is_compiled(string page) =>
        DocumentedCode.Check(page, "tests/ModalityBalance.Callbacks.Tests/DocumentationTests.cs");

    [Fact]
    public void The_code_of_the_page_runs()
    {
        using var scope = NewDisposeScope();
        using var model = TinyRun.Model();
        var data = TinyRun.Data();
        Fit(model, data.Shuffled(12, seed: 1), data.InOrder(12))
            .Epochs.Should().HaveCount(TinyRun.Epochs);
    }

    private static TrainingResult Fit(
        MultimodalModel model,
        IBatchSource train,
        IBatchSource validation)
    {
        using var loggerFactory = new NullLoggerFactory();
        var strategy = new JointTraining();
        var task = TinyRun.Task;
        var options = new TrainerOptions
        {
            Epochs = TinyRun.Epochs,
            Optimizer = network => optim.SGD(network.Root.parameters(), 0.02),
            Callbacks = [new LoggerCallback(loggerFactory.CreateLogger("training"))]
        };
        var result = AnsiConsole.Progress().Start(context => new Trainer(model, task, strategy, options with
        {
            Callbacks = [new ProgressCallback(context, "g2d")],
        }).Fit(train, validation));
        return result;
    }
}
