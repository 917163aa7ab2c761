using System.Security.Cryptography;
using static TorchSharp.torch;

namespace ModalityBalance.Teachers;

/// <summary>Writes a file of records beside its place and, once whole, moves it there in one step. Disposed before
/// that, it leaves everything as it was.</summary>
internal sealed class RecordFileWriter : IDisposable
{
    private readonly string _path;
    private readonly string _aside;
    private readonly FileStream _stream;

    public RecordFileWriter(string path)
    {
        _path = path;
        _aside = $"{path}.{Guid.NewGuid():N}.tmp";
        _stream = new FileStream(_aside, FileMode.CreateNew, FileAccess.ReadWrite);
        _stream.Write(new byte[RecordFilePrefix.Size]);
    }

    /// <summary>Adds records.</summary>
    /// <param name="layout">The fields of a record.</param>
    /// <param name="fields">The tensor of every field, [records, ...], on any device.</param>
    public void Append(RecordLayout layout, IReadOnlyList<Tensor> fields)
    {
        long count = fields[0].shape[0];
        var records = new byte[checked((int)(count * layout.RecordBytes))];
        for (int f = 0; f < fields.Count; f++)
        {
            layout.Fields[f].Check(fields[f]);
            using var host = fields[f].detach().cpu().contiguous();
            var bytes = host.bytes;
            int size = layout.Fields[f].Bytes;
            for (int i = 0; i < count; i++)
            {
                bytes.Slice(i * size, size).CopyTo(records.AsSpan((int)layout.Offset(i, f)));
            }
        }

        _stream.Write(records);
    }

    /// <summary>Completes the file and puts it in its place.</summary>
    public void Commit(ReadOnlySpan<byte> description)
    {
        var prefix = new RecordFilePrefix(description.Length, _stream.Position - RecordFilePrefix.Size);
        _stream.Write(description);
        _stream.Position = 0;
        _stream.Write(prefix.ToBytes());
        _stream.Position = 0;
        _stream.Write(SHA256.HashData(_stream));
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(_aside, _path, overwrite: true);
    }

    /// <summary>Removes what was not put in its place.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        File.Delete(_aside);
    }
}
