using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
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
        }
    }
}
