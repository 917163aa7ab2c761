namespace ModalityBalance.Teachers;

/// <summary>Where the fields lie in a record: one after the other.</summary>
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

    /// <summary>Where a field of a record begins, from the first record on.</summary>
    public long Offset(long record, int field) => (record * RecordBytes) + _offsets[field];
}
