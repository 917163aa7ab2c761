using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>
            /// Gives this module and those below it new parameters and buffers of the type or device, wherever one differs.
            /// The old ones are disposed, so an optimizer must be made afterwards.
            /// </summary>
            internal void Move(ScalarType? dtype, Device? device)
            {
                if (dtype is ScalarType type && !is_floating_point(type))
                {
                    throw new ArgumentException($"nn.Module.to only accepts floating point or complex types, but got desired dtype={type}");
                }
                if (device is not null)
                {
                    InitializeDevice(device);
                }
                foreach (Module child in _submodules.Values)
                {
                    child.Move(dtype, device);
                }
                foreach ((string key, Parameter parameter) in _parameters.ToList())
                {
                    if (Moves(parameter, dtype, device))
                    {
                        Assign(key, parameter, Moved(parameter, dtype, device));
                    }
                }
                foreach ((string key, (Tensor buffer, _)) in _buffers.ToList())
                {
                    if (Moves(buffer, dtype, device))
                    {
                        Assign(key, buffer, buffer.to(NewType(buffer, dtype), device ?? buffer.device).DetachFromDisposeScope());
                    }
                }
            }

            private static bool Moves(Tensor tensor, ScalarType? dtype, Device? device) =>
                NewType(tensor, dtype) != tensor.dtype
                || (device is not null && (device.type != tensor.device_type || (device.index >= 0 && device.index != tensor.device_index)));

            private static ScalarType NewType(Tensor tensor, ScalarType? dtype) =>
                tensor.is_floating_point() ? dtype ?? tensor.dtype : tensor.dtype;

            private static Parameter Moved(Parameter parameter, ScalarType? dtype, Device? device)
            {
                using IDisposable guard = no_grad();
                ScalarType type = NewType(parameter, dtype);
                var moved = new Parameter(parameter.to(type, device ?? parameter.device), parameter.requires_grad);
                moved.DetachFromDisposeScope();
                using Tensor? gradient = parameter.grad;
                using Tensor? movedGradient = gradient?.to(type, device ?? parameter.device);
                moved.grad = movedGradient;
                return moved;
            }

            // A layer's property or an own field holds the component too.
            private void Assign(string component, Tensor old, Tensor replacement)
            {
                PropertyInfo? property = GetType().GetProperty(component);
                if (property is not null)
                {
                    property.SetValue(this, replacement);
                    return;
                }
                old.DetachFromDisposeScope().Dispose();
                if (replacement is Parameter parameter)
                {
                    _parameters[component] = parameter;
                }
                else
                {
                    _buffers[component] = (replacement, _buffers[component].Persistent);
                }
                ComponentNameAttribute.Fields(GetType())
                    .FirstOrDefault(field => ComponentNameAttribute.Of(field) == component)?.SetValue(this, replacement);
            }
        }
    }
}

public static class ModuleExtensionMethods
{
    public static T to<T>(this T module, torch.Device device, bool non_blocking = false)
        where T : torch.nn.Module =>
        Moved(module, null, device);

    public static T to<T>(this T module, torch.ScalarType type, bool non_blocking = false)
        where T : torch.nn.Module =>
        Moved(module, type, null);

    private static T Moved<T>(T module, torch.ScalarType? type, torch.Device? device)
        where T : torch.nn.Module
    {
        module.Move(type, device);
        return module;
    }
}
