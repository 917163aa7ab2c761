using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
                foreach ((string key, Parameter parameter) in _parameters)
                {
                    if (!parameter.IsInvalid && seen.Add(parameter))
                    {
                        yield return (key, parameter);
                    }
                }
                foreach ((string child, Module module) in Children(recurse))
                {
                    foreach ((string key, Parameter parameter) in module.named_parameters())
                    {
                        if (seen.Add(parameter))
                        {
                            yield return ($"{child}.{key}", parameter);
                        }
                    }
                }
            }

            /// <summary>The buffers that are part of the state; as in the published one, never the others.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
                foreach ((string key, (Tensor buffer, bool persistent)) in _buffers)
                {
                    if (persistent && !buffer.IsInvalid && seen.Add(buffer))
                    {
                        yield return (key, buffer);
                    }
                }
                foreach ((string child, Module module) in Children(recurse))
                {
                    foreach ((string key, Tensor buffer) in module.named_buffers(true, include_nonpersistent))
                    {
                        if (seen.Add(buffer))
                        {
                            yield return ($"{child}.{key}", buffer);
                        }
                    }
                }
            }

            public virtual IEnumerable<(string name, Module module)> named_children() => Children(true);

            /// <summary>All submodules, the direct ones first; without this module itself.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach ((string name, Module module) child in Children(true))
                {
                    yield return child;
                }
                foreach ((string child, Module module) in _submodules)
                {
                    foreach ((string key, Module inner) in module.named_modules())
                    {
                        yield return ($"{child}.{key}", inner);
                    }
                }
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(p => p.parameter);

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(b => b.buffer);

            public virtual IEnumerable<Module> modules() => named_modules().Select(m => m.module);

            public virtual Parameter? get_parameter(string target) => Find(named_parameters(), target);

            private static T? Find<T>(IEnumerable<(string name, T value)> components, string target)
                where T : class =>
                components.FirstOrDefault(component => component.name == target).value;

            private IEnumerable<(string name, Module module)> Children(bool recurse)
            {
                if (!recurse)
                {
                    yield break;
                }
                foreach ((string child, Module module) in _submodules)
                {
                    yield return (child, module);
                }
            }
        }
    }
}
