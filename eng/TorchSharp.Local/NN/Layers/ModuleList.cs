using System.Collections;
using System.Globalization;

namespace TorchSharp.Modules;

/// <summary>Modules by position; they are registered when this list is, under their positions.</summary>
public class ModuleList<T> : torch.nn.Module, IEnumerable<T>
    where T : torch.nn.Module
{
    private readonly List<T> _list = [];
    private bool _listRegistered;

    public ModuleList(params T[] modules)
        : base("ModuleList") =>
        _list.AddRange(modules);

    public int Count => _list.Count;

    public T this[int index] => _list[index];

    public IEnumerator<T> GetEnumerator() => _list.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    protected override void RegisterComponents()
    {
        if (_listRegistered)
        {
            return;
        }

        _listRegistered = true;
        for (int i = 0; i < _list.Count; i++)
        {
            register_module(i.ToString(CultureInfo.InvariantCulture), _list[i]);
        }
    }
}
