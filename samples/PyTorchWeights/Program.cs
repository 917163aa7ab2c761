// Loads the state dictionary of a ResNet-18 that PyTorch saved into the library's encoder, and saves the encoder for PyTorch.
using ModalityBalance.Models;
using PyTorchWeights;
using static TorchSharp.torch;

if (args.Length != 2)
{
    return Refuse("Two files must be given, a state dictionary to read and one to write, but "
        + $"{args.Length} {(args.Length == 1 ? "is" : "are")}: PyTorchWeights resnet18.pth encoder.safetensors");
}

try
{
    using var everything = NewDisposeScope();
    using var encoder = new ResNet18();

    // The encoder ends at the representation: it has no place for the layer of 1000 classes.
    var left = StateDictionary.Load(encoder, args[0], key => key.StartsWith("fc.", StringComparison.Ordinal));
    string leaving = left.Count == 0 ? "" : $", without {string.Join(" and ", left)}";
    Console.WriteLine($"Read {encoder.state_dict().Count} tensors from {args[0]}{leaving}.");

    // From here on it is an encoder as any other: new ModalityEncoder("image", encoder).
    encoder.eval();
    var features = encoder.call(ones(1, 3, 64, 64));
    Console.WriteLine($"A white image has {features.shape[1]} features with mean {features.mean().item<float>():F4}.");

    StateDictionary.Save(encoder, args[1]);
    Console.WriteLine($"Wrote {args[1]}.");
    return 0;
}
catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
{
    return Refuse(e.Message);
}

static int Refuse(string message)
{
    Console.Error.WriteLine(message);
    return 2;
}
