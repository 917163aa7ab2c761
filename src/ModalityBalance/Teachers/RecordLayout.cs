using static TorchSharp.torch;

namespace ModalityBalance.Teachers;

/// <summary>The places of the fields in a record: one after the other.</summary>
internal sealed class RecordLayout
{
    private readonly int[] _offsets;

    public RecordLayout(IReadOnlyList<RecordField> fields)
    {
        Fields = fields;
        _offsets = new int[fields.Count];
        foreach (var (i, field) in fields.Index())
        {
            _offsets[i] = RecordBytes;
            RecordBytes = checked(RecordBytes + field.Bytes);
        }
    }

    public IReadOnlyList<RecordField> Fields { get; }

    /// <summary>Bytes of one record.</summary>
    public int RecordBytes { get; }

    /// <summary>The offset of a field of a record, from the first record on.</summary>
    public long Offset(long record, int field) => (record * RecordBytes) + _offsets[field];

    /// <summary>Puts records together.</summary>
    /// <param name="columns">The tensor of every field, [records, ...], on any device.</param>
    public byte[] Interleave(IReadOnlyList<Tensor> columns)
    {
        long count = columns[0].shape[0];
        var records = new byte[checked((int)(count * RecordBytes))];
        foreach (var (f, column) in columns.Index())
        {
            Fields[f].Check(column);
            using var host = column.detach().cpu().contiguous();
            var bytes = host.bytes;
            int size = Fields[f].Bytes;
            for (int i = 0; i < count; i++)
            {
                bytes.Slice(i * size, size).CopyTo(records.AsSpan((int)Offset(i, f)));
            }
        }

        return records;
    }
}
