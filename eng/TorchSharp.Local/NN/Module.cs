using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Named parameters, buffers and submodules, and what is done to all of them.</summary>
        public partial class Module : IDisposable
        {
            protected string? name;

            private bool _training = true;
            private bool _disposed;

            protected Module(string name) => this.name = name;

            public virtual bool training => _training;

            public virtual string GetName() => name!;

            public virtual void train(bool train = true)
            {
                _training = train;
                foreach (Module child in _submodules.Values)
                {
                    child.train(train);
                }
            }

            public virtual void eval() => train(false);

            /// <summary>Drops every gradient, or fills it with zeros.</summary>
            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (Parameter parameter in parameters())
                {
                    using Tensor? gradient = parameter.grad;
                    if (set_to_none)
                    {
                        parameter.grad = null;
                    }
                    else
                    {
                        gradient?.fill_(0);
                    }
                }
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing || _disposed)
                {
                    return;
                }
                _disposed = true;
                foreach (Tensor tensor in buffers(false).Concat(parameters(false)).ToList())
                {
                    tensor.DetachFromDisposeScope().Dispose();
                }
                foreach (Module child in _submodules.Values)
                {
                    child.Dispose();
                }
            }
        }
    }
}
