using TorchSharp.Native;
using static TorchSharp.Native.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    public static class autograd
    {
        /// <summary>
        /// The gradients of the outputs at the inputs, in the order of the inputs. With <c>allow_unused</c> an input that
        /// takes no part gets an invalid tensor.
        /// </summary>
        public static IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null,
            bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            nint[] outputHandles = Handles(outputs);
            nint[] inputHandles = Handles(inputs);
            nint[]? gradHandles = grad_outputs is null ? null : Handles(grad_outputs);
            var results = new nint[inputHandles.Length];
            Shim.Check(ts_autograd_grad(outputHandles, outputHandles.Length, inputHandles, inputHandles.Length,
                gradHandles, gradHandles?.Length ?? 0, Flag(retain_graph), Flag(create_graph), Flag(allow_unused), results));
            GC.KeepAlive((outputs, inputs, grad_outputs));
            var gradients = new List<Tensor>(results.Length);
            foreach (nint handle in results)
            {
                gradients.Add(new Tensor(handle));
            }
            return gradients;
        }

        public static void backward(IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null,
            bool create_graph = false, IList<Tensor>? inputs = null)
        {
            nint[] handles = Handles(tensors);
            nint[]? gradHandles = grad_tensors is null ? null : Handles(grad_tensors);
            nint[]? inputHandles = inputs is null ? null : Handles(inputs);
            Shim.Check(ts_backward(handles, handles.Length, gradHandles, gradHandles?.Length ?? 0,
                Flag(retain_graph ?? create_graph), Flag(create_graph), inputHandles, inputHandles?.Length ?? 0));
            GC.KeepAlive((tensors, grad_tensors, inputs));
        }

        public static void backward(Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null,
            bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        public static void backward(Tensor tensor, Tensor grad_tensor, bool? retain_graph = null,
            bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        private static nint[] Handles(IList<Tensor> tensors)
        {
            var handles = new nint[tensors.Count];
            for (int i = 0; i < handles.Length; i++)
            {
                handles[i] = tensors[i] is { } tensor ? tensor.Handle : 0;
            }
            return handles;
        }

        private static int Flag(bool value) => value ? 1 : 0;
    }
}
