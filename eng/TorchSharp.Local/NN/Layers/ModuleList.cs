using System.Collections;
using System.Globalization;
using TorchSharp.Modules;

namespace TorchSharp.Modules
{
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

        public T this[int index]
        {
            get => _list[index];
            set => _list[index] = value;
        }

        public void Add(T item) => _list.Add(item);

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

    /// <summary>Modules by name; they are registered when this dictionary is.</summary>
    public class ModuleDict<T> : torch.nn.Module, IEnumerable<(string, T)>
        where T : torch.nn.Module
    {
        private readonly OrderedDictionary<string, T> _modules = [];
        private bool _dictionaryRegistered;

        public ModuleDict()
            : base("ModuleDict")
        {
        }

        public int Count => _modules.Count;

        public ICollection<string> Keys => _modules.Keys;

        public ICollection<T> Values => _modules.Values;

        public T this[string key]
        {
            get => _modules[key];
            set => _modules[key] = value;
        }

        public void Add(string key, T value) => _modules.Add(key, value);

        public void Add((string, T) item) => Add(item.Item1, item.Item2);

        public bool ContainsKey(string key) => _modules.ContainsKey(key);

        public IEnumerator<(string, T)> GetEnumerator() => _modules.Select(entry => (entry.Key, entry.Value)).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        protected override void RegisterComponents()
        {
            if (_dictionaryRegistered)
            {
                return;
            }
            _dictionaryRegistered = true;
            foreach ((string key, T module) in _modules)
            {
                register_module(key, module);
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static ModuleList<T> ModuleList<T>(params T[] modules)
                where T : Module =>
                new(modules);

            public static ModuleDict<T> ModuleDict<T>(params (string, T)[] modules)
                where T : Module
            {
                var dictionary = new ModuleDict<T>();
                foreach ((string, T) module in modules)
                {
                    dictionary.Add(module);
                }
                return dictionary;
            }
        }
    }
}
