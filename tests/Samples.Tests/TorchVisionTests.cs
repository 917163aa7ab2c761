using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Tests.Shared;
using ModalityBalance.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Samples.Tests;

/// <summary>What docs/pytorch-weights.md says of networks from elsewhere.</summary>
public sealed class TorchVisionTests
{
    [Fact]
    public void The_code_of_the_page_is_the_code_that_is_compiled() => DocumentedCode.Check(
        "docs/pytorch-weights.md", "samples/PyTorchWeights/Program.cs", "tests/Samples.Tests/TorchVisionTests.cs");

    [Fact]
    public void A_network_of_TorchVision_is_an_encoder()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var task = new ClassificationTask(2);
        var data = new MultimodalDataset([randn(8, 3, 32, 32), randn(8, 5)], arange(8, ScalarType.Int64).remainder(2), task);
        var image = new ModalityEncoder("image", torchvision.models.resnet34(num_classes: 64)) { Width = 64 };
        using var model = new MultimodalModel(
            [image, new ModalityEncoder("table", new Mlp(5, 8, 8))], widths => new LateFusion(widths, outputs: 2));
        var before = model.EncoderParameters(0).Select(parameter => parameter.detach().clone()).ToArray();

        new Trainer(model, task, new MMPareto(), new TrainerOptions
        {
            Epochs = 1,
            Optimizer = network => optim.SGD(network.Root.parameters(), 0.01),
        }).Fit(data.InOrder(8));

        model.EncoderParameters(0).Zip(before).Should().OnlyContain(
            pair => pair.First.ne(pair.Second).any().item<bool>(), "all of its layers learn");
    }
}
