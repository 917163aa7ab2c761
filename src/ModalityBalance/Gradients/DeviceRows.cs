using static TorchSharp.torch;

namespace ModalityBalance.Gradients;

/// <summary>Inner products of gradients that stay on their device until they are all read at once. Outlives dispose
/// scopes.</summary>
internal sealed class DeviceRows : IDisposable
{
    // One pair of gradients is its three inner products.
    private const int Width = 3;

    private readonly List<Tensor> _rows = [];

    /// <summary>A row entry for a pair of gradients, double, [3].</summary>
    public static Tensor Entry(GradientProducts products)
    {
        var whole = products.Whole();
        return stack([whole.FirstFirst, whole.FirstSecond, whole.SecondSecond]);
    }

    /// <summary>A row entry where there is nothing to compare.</summary>
    public static Tensor NoEntry(Device device) => full(Width, double.NaN, dtype: ScalarType.Float64, device: device);

    /// <param name="entries">As many in every row, each [3].</param>
    public void Add(IEnumerable<Tensor> entries) => _rows.Add(cat(entries.ToArray(), 0).DetachFromDisposeScope());

    /// <summary>All rows, in one transfer; null for an entry that is missing or not finite.</summary>
    public GradientPair?[][] Read()
    {
        if (_rows.Count == 0)
        {
            return [];
        }

        using var scope = NewDisposeScope();
        var rows = stack(_rows).cpu();
        return [.. rows.data<double>().ToArray().Chunk((int)rows.shape[1])
            .Select(row => row.Chunk(Width).Select(Pair).ToArray())];
    }

    public void Dispose()
    {
        foreach (var row in _rows)
        {
            row.Dispose();
        }
    }

    private static GradientPair? Pair(double[] products) =>
        products.All(double.IsFinite) ? new GradientPair(products[0], products[1], products[2]) : null;
}
