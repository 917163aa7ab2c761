using System.IO.Compression;
using ModalityBalance.Models;
using PyTorchWeights;
using TorchSharp.PyBridge;
using static TorchSharp.torch;

namespace Samples.Tests;

/// <summary>Weights go to PyTorch and come back, and files that do not fit are refused in one sentence.</summary>
public sealed class PyTorchWeightsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modality-balance-").FullName;
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("encoder.pt")]
    [InlineData("encoder.safetensors")]
    public void What_is_saved_is_loaded_bit_for_bit(string name)
    {
        using var saved = Random(seed: 1);
        using var loaded = Random(seed: 2);
        var images = randn(2, 3, 32, 32);

        StateDictionary.Save(saved, InFolder(name));
        var left = StateDictionary.Load(loaded, InFolder(name));

        left.Should().BeEmpty();
        loaded.call(images).Equals(saved.call(images)).Should().BeTrue();
        Directory.GetFiles(_folder).Should().ContainSingle("what is written aside is moved to its place");
    }

    [Fact]
    public void The_program_reads_what_has_a_classifier_and_writes_an_encoder()
    {
        using var encoder = Random(seed: 1);
        PyTorchPickler.PickleStateDict(InFolder("resnet18.pth"), WithClassifier(encoder));

        var (code, output, error) = SampleProgram.Run(
            "PyTorchWeights", InFolder("resnet18.pth"), InFolder("encoder.safetensors"));

        code.Should().Be(0, "it wrote: {0}", string.Join('\n', error));
        output[0].Should().StartWith("Read 120 tensors").And.EndWith("without fc.bias and fc.weight.");
        using var other = Random(seed: 2);
        StateDictionary.Load(other, InFolder("encoder.safetensors"));
        other.state_dict()["layer4.1.bn2.running_var"].Equals(encoder.state_dict()["layer4.1.bn2.running_var"]).Should().BeTrue();
    }

    [Fact]
    public void A_classifier_is_refused_unless_it_may_be_left_out()
    {
        using var encoder = Random(seed: 1);
        PyTorchPickler.PickleStateDict(InFolder("resnet18.pth"), WithClassifier(encoder));

        encoder.Invoking(module => StateDictionary.Load(module, InFolder("resnet18.pth")))
            .Should().Throw<InvalidDataException>()
            .WithMessage("*must hold the state of ResNet18, but differs: fc.* is not part of it; fc.* is not part of it.");
    }

    [Fact]
    public void Another_network_is_refused_with_the_first_differences_and_changes_nothing()
    {
        using var ofGrey = new ResNet18(inputChannels: 1);
        using var encoder = Random(seed: 2);
        using var before = encoder.state_dict()["layer1.0.conv1.weight"].clone();
        StateDictionary.Save(ofGrey, InFolder("grey.pt"));
        StateDictionary.Save(new Mlp(4, 8), InFolder("mlp.safetensors"));

        encoder.Invoking(module => StateDictionary.Load(module, InFolder("grey.pt"))).Should().Throw<InvalidDataException>()
            .WithMessage("*grey.pt must hold the state of ResNet18, but differs: conv1.weight has shape [64, 1, 7, 7] instead of "
                + "[64, 3, 7, 7].");
        encoder.Invoking(module => StateDictionary.Load(module, InFolder("mlp.safetensors")))
            .Should().Throw<InvalidDataException>()
            .WithMessage("*but differs: conv1.weight is missing; * and 119 more.");
        encoder.state_dict()["layer1.0.conv1.weight"].Equals(before).Should().BeTrue();
    }

    [Theory]
    [InlineData("text.pt")]
    [InlineData("empty.pt")]
    [InlineData("text.safetensors")]
    [InlineData("empty.safetensors")]
    [InlineData("cut.pt")]
    [InlineData("cut.safetensors")]
    [InlineData("zip.pt")]
    [InlineData("absent.pt")]
    public void A_file_that_is_no_state_dictionary_is_refused_in_one_sentence(string name)
    {
        Make(name);

        var (code, output, error) = SampleProgram.Run("PyTorchWeights", InFolder(name), InFolder("out.pt"));

        code.Should().Be(2);
        output.Should().Equal("");
        error.Should().ContainSingle().Which.Should().Contain(name);
        File.Exists(InFolder("out.pt")).Should().BeFalse();
    }

    [Fact]
    public void A_missing_argument_is_named()
    {
        var (code, _, error) = SampleProgram.Run("PyTorchWeights", "only-one.pt");

        code.Should().Be(2);
        error.Should().ContainSingle().Which.Should().StartWith("Two files must be given");
    }

    [PyTorchTheory]
    [InlineData("encoder.pt")]
    [InlineData("encoder.safetensors")]
    public void PyTorch_computes_the_same_features_with_what_was_saved(string name)
    {
        using var encoder = Random(seed: 1);
        var images = randn(2, 3, 64, 64);
        StateDictionary.Save(encoder, InFolder(name));
        PyTorchPickler.PickleStateDict(
            InFolder("case.pt"), new Dictionary<string, Tensor> { ["x"] = images, ["y"] = encoder.call(images).detach() });

        Python("check", name);
    }

    [PyTorchTheory]
    [InlineData("resnet18.pt")]
    public void What_PyTorch_saved_computes_the_same_features_here(string name)
    {
        Python("make", name);
        using var encoder = Random(seed: 1);

        var left = StateDictionary.Load(encoder, InFolder(name), key => key.StartsWith("fc.", StringComparison.Ordinal));

        left.Should().Equal("fc.bias", "fc.weight");
        var expected = PyTorchUnpickler.UnpickleStateDict(InFolder("case.pt"));
        encoder.call((Tensor)expected["x"]!).allclose((Tensor)expected["y"]!, rtol: 1e-4, atol: 1e-4)
            .Should().BeTrue("both sum in float32, in another order");
        encoder.state_dict()["bn1.num_batches_tracked"].item<long>().Should().Be(7);
    }

    private static ResNet18 Random(int seed)
    {
        random.manual_seed(seed);
        var encoder = new ResNet18();
        foreach (var (key, buffer) in encoder.named_buffers().Where(entry => entry.Item2.is_floating_point()))
        {
            _ = key.EndsWith("var", StringComparison.Ordinal) ? buffer.uniform_(0.5, 1.5) : buffer.normal_(0, 0.1);
        }

        encoder.eval();
        return encoder;
    }

    private static Dictionary<string, Tensor> WithClassifier(ResNet18 encoder)
    {
        var state = encoder.state_dict();
        (state["fc.weight"], state["fc.bias"]) = (zeros(1000, 512), zeros(1000));
        return state;
    }

    private void Python(string command, string weights)
    {
        var (code, errors) = PyTorchTheoryAttribute.Run(
            PyTorchTheoryAttribute.Python!,
            Path.Combine(AppContext.BaseDirectory, "resnet18.py"),
            command,
            InFolder(weights),
            InFolder("case.pt"));
        code.Should().Be(0, "Python wrote: {0}", errors);
    }

    private string InFolder(string name) => Path.Combine(_folder, name);

    private void Make(string name)
    {
        switch (Path.GetFileNameWithoutExtension(name))
        {
            case "text":
                File.WriteAllText(InFolder(name), "This is a text and no state dictionary.");
                break;
            case "empty":
                File.WriteAllText(InFolder(name), "");
                break;
            case "zip":
                using (var zip = ZipFile.Open(InFolder(name), ZipArchiveMode.Create))
                {
                    zip.CreateEntry("readme.txt");
                }

                break;
            case "cut":
                using (var encoder = new ResNet18())
                {
                    StateDictionary.Save(encoder, InFolder(name));
                }

                using (var file = File.OpenWrite(InFolder(name)))
                {
                    file.SetLength(file.Length / 2);
                }

                break;
            default:
                break;
        }
    }
}
