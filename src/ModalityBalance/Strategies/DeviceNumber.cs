using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>A scalar that is read from its device when first asked for, and remembered.</summary>
internal sealed class DeviceNumber
{
    private readonly string _name;
    private Tensor? _tensor;
    private double _value;

    public DeviceNumber(string name, Tensor scalar)
    {
        _name = name;
        _tensor = scalar;
    }

    public double Read()
    {
        if (_tensor is not null)
        {
            if (_tensor.IsInvalid)
            {
                throw new InvalidOperationException(
                    $"{_name} must be read before the dispose scope of its step ends, but that has ended.");
            }

            using var exact = _tensor.to(ScalarType.Float64);
            _value = exact.item<double>();
            _tensor = null;
        }

        return _value;
    }
}
