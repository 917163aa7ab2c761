using static TorchSharp.torch;

namespace ModalityBalance.Internal;

/// <summary>Numbers that are read from their device when first asked for, in one transfer, and remembered.</summary>
internal sealed class DeviceNumbers
{
    private readonly string _name;
    private IReadOnlyList<Tensor> _scalars;
    private double[] _values = [];

    /// <param name="name">What they are, for messages.</param>
    /// <param name="scalars">0-dimensional, without a graph.</param>
    public DeviceNumbers(string name, params IReadOnlyList<Tensor> scalars) => (_name, _scalars) = (name, scalars);

    /// <exception cref="InvalidOperationException">They were not read before the step's scope ended.</exception>
    public IReadOnlyList<double> Read()
    {
        if (_scalars.Count > 0)
        {
            if (_scalars.Any(scalar => scalar.IsInvalid))
            {
                throw new InvalidOperationException(
                    $"{_name} must be read before the dispose scope of its step ends, but that has ended.");
            }

            using var scope = NewDisposeScope();
            _values = stack(_scalars.Select(scalar => scalar.to(ScalarType.Float64)).ToArray())
                .cpu().data<double>().ToArray();
            _scalars = [];
        }

        return _values;
    }
}
