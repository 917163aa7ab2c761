using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Named parameters, buffers and submodules, and what is done to all of them.</summary>
        public partial class Module : IDisposable
        {
            protected string? name;

            private readonly OrderedDictionary<string, Parameter> _parameters = [];
            private readonly OrderedDictionary<string, (Tensor Tensor, bool Persistent)> _buffers = [];
            private readonly OrderedDictionary<string, Module> _submodules = [];
            private bool _training = true;
            private bool _registered;
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

            public virtual Module apply(Action<Module> fn)
            {
                foreach (Module child in _submodules.Values)
                {
                    child.apply(fn);
                }
                fn(this);
                return this;
            }

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
                        gradient?.zero_();
                    }
                }
            }

            public virtual void register_module(string name, Module submodule)
            {
                if (submodule is null || submodule._disposed)
                {
                    _submodules.Remove(name);
                    return;
                }
                if (string.IsNullOrEmpty(name) || name.Contains('.', StringComparison.Ordinal))
                {
                    throw new ArgumentException($"module name can't be empty or contain \".\", got: {name}");
                }
                if (_submodules.ContainsKey(name))
                {
                    throw new InvalidOperationException($"Sub-module {name} is already registered.");
                }
                submodule.RegisterComponents();
                _submodules.Add(name, submodule);
            }

            public void add_module(string name, Module module) => register_module(name, module);

            public virtual void register_parameter(string name, Parameter param)
            {
                ArgumentNullException.ThrowIfNull(param);
                if (!_parameters.TryAdd(name, param))
                {
                    throw new InvalidOperationException($"Parameter {name} is already registered.");
                }
            }

            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                if (!_buffers.TryAdd(name, (tensor, persistent)))
                {
                    throw new InvalidOperationException($"Tensor {name} is already registered.");
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

            /// <summary>Registers the parameters, tensors and modules that this object's fields hold, by the fields' names.</summary>
            protected virtual void RegisterComponents()
            {
                if (_registered)
                {
                    return;
                }
                foreach (FieldInfo field in ComponentNameAttribute.Fields(GetType()))
                {
                    string component = ComponentNameAttribute.Of(field);
                    if (!_submodules.ContainsKey(component) && !_parameters.ContainsKey(component) && !_buffers.ContainsKey(component))
                    {
                        Register(component, field.GetValue(this));
                    }
                }
                _registered = true;
            }

            /// <summary>What a property setter of a layer does: the old value goes, the new one is registered.</summary>
            private protected void SetParameter(ref Parameter? field, string component, Parameter? value)
            {
                if (ReferenceEquals(field, value))
                {
                    return;
                }
                field?.Dispose();
                field = (Parameter?)value?.DetachFromDisposeScope();
                Replace(_parameters, component, field);
            }

            private protected void SetBuffer(ref Tensor? field, string component, Tensor? value)
            {
                if (ReferenceEquals(field, value))
                {
                    return;
                }
                field?.Dispose();
                field = value?.DetachFromDisposeScope();
                if (field is null)
                {
                    _buffers.Remove(component);
                }
                else
                {
                    _buffers[component] = (field, true);
                }
            }

            private static void Replace<T>(OrderedDictionary<string, T> components, string component, T? value)
                where T : class
            {
                if (value is null)
                {
                    components.Remove(component);
                }
                else
                {
                    components[component] = value;
                }
            }

            private void Register(string component, object? value)
            {
                switch (value)
                {
                    case Module module:
                        register_module(component, module);
                        break;
                    case Parameter parameter:
                        register_parameter(component, parameter);
                        break;
                    case Tensor tensor:
                        register_buffer(component, tensor);
                        break;
                }
            }
        }
    }
}
