using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Tests;

public class FileTests
{
    [Fact]
    public void A_module_comes_back_from_its_file_as_it_was()
    {
        using var scope = NewDisposeScope();
        using var saved = Sequential(Conv2d(1, 2, 3), BatchNorm2d(2));
        using var loaded = Sequential(Conv2d(1, 2, 3), BatchNorm2d(2));
        saved.call(randn(2, 1, 4, 4)).Dispose();
        string file = Path.GetTempFileName();

        try
        {
            saved.save(file);
            loaded.load(file);
        }
        finally
        {
            File.Delete(file);
        }

        foreach (var (key, tensor) in saved.state_dict())
        {
            loaded.state_dict()[key].Values().Should().Equal(tensor.Values(), key);
        }
    }

    [Fact]
    public void The_file_of_a_module_has_the_documented_bytes()
    {
        using var scope = NewDisposeScope();
        using var layer = Linear(2, 1);
        using (no_grad())
        {
            layer.weight.copy_(tensor(new[] { 1f, -2f }, dimensions: [1, 2]));
            layer.bias!.copy_(tensor(new[] { 0.5f }));
        }
        var stream = new MemoryStream();

        layer.save(stream);

        byte[] expected =
        [
            2,                                          // entries
            6, .. "weight"u8, 6, 2, 1, 2,               // name, float32, rank, sizes
            .. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(-2f),
            4, .. "bias"u8, 6, 1, 1,
            .. BitConverter.GetBytes(0.5f),
        ];
        stream.ToArray().Should().Equal(expected);
    }

    [Fact]
    public void Sizes_above_127_take_two_bytes()
    {
        using var scope = NewDisposeScope();
        var stream = new MemoryStream();

        ones(300, dtype: ScalarType.Byte).Save(new BinaryWriter(stream));

        stream.ToArray().Should().StartWith([0, 1, 0xAC, 0x02, 1]).And.HaveCount(304);
    }

    [Fact]
    public void Saving_to_a_stream_closes_it()
    {
        using var layer = Linear(1, 1);
        var stream = new MemoryStream();

        layer.save(stream);

        stream.CanWrite.Should().BeFalse();
    }

    [Fact]
    public void A_file_of_another_shape_is_refused()
    {
        using var layer = Linear(2, 1);
        using var other = Linear(3, 1);
        using var withoutBias = Linear(2, 1, hasBias: false);
        var stream = new MemoryStream();
        layer.save(stream);

        other.Invoking(module => module.load(new MemoryStream(stream.ToArray()))).Should().Throw<ArgumentException>();
        withoutBias.Invoking(module => module.load(new MemoryStream(stream.ToArray()))).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Entries_can_be_left_out_on_either_side()
    {
        using var scope = NewDisposeScope();
        using var layer = Linear(2, 1);
        using var other = Linear(2, 1);
        var bias = other.bias!.Values();
        var stream = new MemoryStream();
        layer.save(stream);
        var loaded = new Dictionary<string, bool>();

        other.load(new MemoryStream(stream.ToArray()), skip: ["bias"], loadedParameters: loaded);

        other.weight.Values().Should().Equal(layer.weight.Values());
        other.bias!.Values().Should().Equal(bias);
        loaded.Keys.Should().Equal("weight", "bias");
    }
}
