using ModalityBalance.Storage;
using static TorchSharp.torch;

namespace ModalityBalance.Teachers;

/// <summary>The records of a file as tensors.</summary>
internal sealed class RecordTable(CheckedFile file, IReadOnlyList<RecordField> fields) : IDisposable
{
    private readonly RecordLayout _layout = new(fields);
    private int _comparedOnDevice;

    /// <summary>One field of some records, copied once, straight from the file.</summary>
    /// <param name="field">Its position.</param>
    /// <param name="records">In the order wanted.</param>
    /// <param name="skip">Which of them, by position in <paramref name="records"/>, are zeros instead.</param>
    /// <returns>[records, ...], on the CPU; the open dispose scope owns it.</returns>
    public Tensor Gather(int field, IReadOnlyList<long> records, Func<int, bool>? skip = null)
    {
        var (_, dtype, shape, size) = _layout.Fields[field];
        var rows = empty([records.Count, .. shape], dtype);
        var bytes = rows.bytes;
        for (int i = 0; i < records.Count; i++)
        {
            var row = bytes.Slice(i * size, size);
            if (skip?.Invoke(i) == true)
            {
                row.Clear();
            }
            else
            {
                file.Read(_layout.Offset(records[i], field), row);
            }
        }

        return rows;
    }

    /// <summary>Refuses rows that differ from what a field holds. Of rows on another device than the CPU only the first
    /// are read, because that waits for the device; of later ones type and shape are looked at.</summary>
    /// <exception cref="ArgumentException">They differ.</exception>
    public void CheckEqual(int field, IReadOnlyList<long> records, Tensor rows)
    {
        _layout.Fields[field].Check(rows);
        bool onDevice = rows.device_type != TorchSharp.DeviceType.CPU;
        if (onDevice && Interlocked.Exchange(ref _comparedOnDevice, 1) == 1)
        {
            return;
        }

        var given = (onDevice ? rows.cpu() : rows).contiguous().bytes;
        var kept = Gather(field, records).bytes;
        int equal = given.CommonPrefixLength(kept);
        if (equal < given.Length)
        {
            throw new ArgumentException(
                $"The {_layout.Fields[field].Name} must be those of the cache, but of sample "
                + $"{records[equal / _layout.Fields[field].Bytes]} they differ.");
        }
    }

    public void Dispose() => file.Dispose();
}
