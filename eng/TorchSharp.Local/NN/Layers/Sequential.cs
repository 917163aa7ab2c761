using System.Globalization;
using System.Runtime.CompilerServices;
using TorchSharp.Modules;

namespace TorchSharp.Modules
{
    public class Sequential : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly List<torch.nn.IModule<torch.Tensor, torch.Tensor>> _modules = [];

        internal Sequential()
            : base(nameof(Sequential))
        {
        }

        public int Count => _modules.Count;

        [IndexerName("SequentialItems")]
        public torch.nn.IModule<torch.Tensor, torch.Tensor> this[int index] => _modules[index];

        internal Sequential append(torch.nn.IModule<torch.Tensor, torch.Tensor> module) =>
            append(Count.ToString(CultureInfo.InvariantCulture), module);

        internal Sequential append(string name, torch.nn.IModule<torch.Tensor, torch.Tensor> module)
        {
            register_module(name, (torch.nn.Module)module);
            _modules.Add(module);
            return this;
        }

        /// <summary>The input through every module in turn; what lies between is disposed at once.</summary>
        public override torch.Tensor forward(torch.Tensor tensor)
        {
            if (Count == 0)
            {
                return tensor.alias();
            }
            torch.Tensor current = _modules[0].call(tensor);
            for (int i = 1; i < Count; i++)
            {
                using torch.Tensor previous = current;
                current = _modules[i].call(previous);
            }
            return current;
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Sequential Sequential(params Module<Tensor, Tensor>[] modules) => Sequential((IEnumerable<Module<Tensor, Tensor>>)modules);

            public static Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules)
            {
                var sequential = new Sequential();
                foreach (Module<Tensor, Tensor> module in modules)
                {
                    sequential.append(module);
                }
                return sequential;
            }

            public static Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) =>
                Sequential((IEnumerable<(string, Module<Tensor, Tensor>)>)modules);

            public static Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules)
            {
                var sequential = new Sequential();
                foreach ((string name, Module<Tensor, Tensor> module) in modules)
                {
                    sequential.append(name, module);
                }
                return sequential;
            }
        }
    }
}
