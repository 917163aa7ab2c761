using System.IO.MemoryMappedFiles;

namespace ModalityBalance.Storage;

/// <summary>A file mapped into memory, for reading from any number of threads.</summary>
internal sealed class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long _length;

    /// <param name="file">Open for reading; the map closes it.</param>
    public MappedFile(FileStream file)
    {
        _length = file.Length;
        _map = MemoryMappedFile.CreateFromFile(
            file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
    }

    /// <summary>Copies bytes.</summary>
    /// <exception cref="ObjectDisposedException">The map is closed. Closing waits for reads under way.</exception>
    public unsafe void Read(long offset, Span<byte> target)
    {
        if (offset < 0 || offset > _length - target.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset), $"{target.Length} bytes at {offset} must lie in a file of {_length}.");
        }

        byte* start = null;
        try
        {
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            new ReadOnlySpan<byte>(start + _view.PointerOffset + offset, target.Length).CopyTo(target);
        }
        finally
        {
            if (start is not null)
            {
                _view.SafeMemoryMappedViewHandle.ReleasePointer();
            }
        }
    }

    /// <summary>A part of the file as a stream; the caller closes it.</summary>
    public Stream OpenRead(long offset, long length) =>
        _map.CreateViewStream(offset, length, MemoryMappedFileAccess.Read);

    public void Dispose()
    {
        _view.Dispose();
        _map.Dispose();
    }
}
