using System.Globalization;
using NumSharp;
using PureHDF;
using static TorchSharp.torch;

namespace ModalityBalance.Datasets;

/// <summary>Arrays in files: one in a .npy file, several with names in a .npz or HDF5 file.</summary>
internal static class ArrayFile
{
    private const string Kinds = "an array file (.npy, .npz, .h5 or .hdf5) of numbers";

    /// <summary>Reads an array of numbers.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">Names of the array within the file, of which the first that is there counts. None for a .npy file.</param>
    /// <returns>Float32 or int64, on the CPU; the caller, or the open dispose scope, owns it. Null if the file has none of the names.
    /// </returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no such file, or damaged.</exception>
    public static Tensor? TryRead(string path, params IReadOnlyList<string> names) => FileContent.Of(path, Kinds, () =>
        Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".NPY" => ToTensor(np.load_npy(path, false, MaxHeader)),
            ".NPZ" => OfNpz(path, names),
            ".H5" or ".HDF5" => OfHdf5(path, names),
            var other => throw new InvalidDataException($"its name ends in '{other.ToLowerInvariant()}'"),
        });

    /// <summary>Reads an array that must be there.</summary>
    /// <inheritdoc cref="TryRead"/>
    /// <exception cref="InvalidDataException">It is no such file, damaged, or has none of the names.</exception>
    public static Tensor Read(string path, params IReadOnlyList<string> names) => TryRead(path, names)
        ?? throw new InvalidDataException(
            $"'{path}' must hold an array {string.Join(" or ", names.Select(name => $"'{name}'"))}, but holds none.");

    /// <summary>The range of values, for messages.</summary>
    public static string Range(Tensor values) => values.numel() == 0 ? "(none)" : string.Create(
        CultureInfo.InvariantCulture, $"from {Number(values.min()):G4} to {Number(values.max()):G4}");

    private static double Number(Tensor value) => value.to(ScalarType.Float64).item<double>();

    // Of NumSharp.
    private const long MaxHeader = 10_000;

    private static Tensor? OfNpz(string path, IReadOnlyList<string> names)
    {
        using var file = np.load_npz(path, false, MaxHeader);
        return names.FirstOrDefault(file.ContainsKey) is { } name ? ToTensor(file[name]) : null;
    }

    private static Tensor? OfHdf5(string path, IReadOnlyList<string> names)
    {
        using var file = H5File.OpenRead(path);
        return names.FirstOrDefault(name => file.LinkExists(name)) is { } name ? ToTensor(file.Dataset(name)) : null;
    }

    private static Tensor ToTensor(NDArray array) => array.typecode switch
    {
        NPTypeCode.Single or NPTypeCode.Double or NPTypeCode.Half =>
            tensor(array.astype(NPTypeCode.Single, true).ToArray<float>(), array.shape),
        NPTypeCode.Complex or NPTypeCode.Char or NPTypeCode.String or NPTypeCode.Decimal or NPTypeCode.Empty =>
            throw new InvalidDataException($"its numbers are of type {array.typecode}"),
        _ => tensor(array.astype(NPTypeCode.Int64, true).ToArray<long>(), array.shape),
    };

    private static Tensor ToTensor(IH5Dataset data)
    {
        long[] shape = [.. data.Space.Dimensions.Select(size => (long)size)];
        return (data.Type.Class, data.Type.Size) switch
        {
            (H5DataTypeClass.FloatingPoint, sizeof(float)) => tensor(data.Read<float[]>(), shape),
            (H5DataTypeClass.FloatingPoint, sizeof(double)) => tensor([.. data.Read<double[]>().Select(value => (float)value)], shape),
            (H5DataTypeClass.FixedPoint, sizeof(byte)) => tensor([.. data.Read<byte[]>().Select(value => (long)value)], shape),
            (H5DataTypeClass.FixedPoint, sizeof(int)) => tensor([.. data.Read<int[]>().Select(value => (long)value)], shape),
            (H5DataTypeClass.FixedPoint, sizeof(long)) => tensor(data.Read<long[]>(), shape),
            var (kind, size) => throw new InvalidDataException($"its values are of type {kind} of {size} bytes"),
        };
    }
}
