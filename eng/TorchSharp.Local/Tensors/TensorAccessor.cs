using System.Collections;

namespace TorchSharp.Utils;

/// <summary>Reads and writes the elements of a CPU tensor in place, in row-major order whatever its strides.</summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private readonly torch.Tensor _tensor;
    private readonly long[] _shape;
    private readonly long[] _strides;
    private readonly T* _data;

    internal TensorAccessor(torch.Tensor tensor)
    {
        _tensor = tensor;
        _shape = tensor.shape;
        _strides = tensor.stride();
        _data = (T*)tensor.DataPointer();
        Count = tensor.NumberOfElements;
    }

    public long Count { get; }

    public bool IsReadOnly => false;

    /// <summary>With one index, the element at that place in row-major order; else the element at those coordinates.</summary>
    public T this[params long[] indices]
    {
        get => Kept(_data[Offset(indices)]);
        set
        {
            _data[Offset(indices)] = value;
            GC.KeepAlive(_tensor);
        }
    }

    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        long count = Math.Min(Count - tensorIndex, array.Length - arrayIndex);
        Span<T> target = array.Slice(arrayIndex, (int)Math.Max(0, count));
        if (_tensor.is_contiguous())
        {
            new ReadOnlySpan<T>(_data + tensorIndex, target.Length).CopyTo(target);
        }
        else
        {
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = _data[Offset(tensorIndex + i)];
            }
        }
        GC.KeepAlive(_tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    public void Dispose()
    {
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal T First() => Kept(*_data);

    /// <summary>What was read; until then no finalizer may release the tensor.</summary>
    private T Kept(T value)
    {
        GC.KeepAlive(_tensor);
        return value;
    }

    private long Offset(long[] indices)
    {
        if (indices.Length == 1)
        {
            return indices[0] >= 0 && indices[0] < Count ? Offset(indices[0]) : throw new IndexOutOfRangeException();
        }
        long offset = 0;
        for (int i = 0; i < indices.Length; i++)
        {
            offset += indices[i] * _strides[i];
        }
        return offset;
    }

    private long Offset(long place)
    {
        long offset = 0;
        for (int i = _shape.Length - 1; i >= 0; i--)
        {
            offset += place % _shape[i] * _strides[i];
            place /= _shape[i];
        }
        return offset;
    }
}
