using static TorchSharp.torch;

namespace TorchSharp.Tests.Local;

public class HostReadTests
{
    public static TheoryData<string, Action<Tensor>> Reads => new()
    {
        { "item", x => x[0].item<double>() },
        { "data", x => x.data<double>() },
        { "bytes", x => _ = x.bytes.Length },
        { "a number", x => _ = (double)x[0] },
        { "a truth value", x => _ = (bool)x[0].gt(0) },
        { "equality", x => _ = x.Equals(x) },
        { "closeness", x => _ = x.allclose(x) },
        { "a mask", x => _ = x[x.gt(1)] },
        { "places of a mask", x => x[x.gt(1)] = zeros(1, dtype: float64) },
    };

    public static TheoryData<string, Action<Tensor>> Moves => new()
    {
        { "cpu", x => x.cpu() },
        { "to device", x => x.to(CPU) },
        { "to device type", x => x.to(DeviceType.CPU) },
        { "to type and device", x => x.to(float32, CPU) },
    };

    [Theory]
    [MemberData(nameof(Reads))]
    public void What_reads_a_value_is_counted_once(string what, Action<Tensor> read)
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2.0 });
        long before = HostReads.Values;

        read(x);

        (HostReads.Values - before).Should().Be(1, what);
    }

    [Theory]
    [MemberData(nameof(Moves))]
    public void What_brings_a_tensor_to_the_host_is_counted_once(string what, Action<Tensor> move)
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2.0 });
        long before = HostReads.Moves;

        move(x);

        (HostReads.Moves - before).Should().Be(1, what);
    }

    [Fact]
    public void What_stays_on_the_device_is_not_counted()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2.0 }, requires_grad: true);
        var before = (HostReads.Values, HostReads.Moves);

        (where(x.gt(1), x, zeros_like(x)).to(float32).sum() / x.shape[0]).backward();
        x.grad!.index_select(0, x.argmax(0).reshape(1));
        x.detach()[0] = 3;
        x.detach().copy_(tensor(new[] { 1f, 2 }, dtype: float64));

        (HostReads.Values, HostReads.Moves).Should().Be(before);
    }
}
