using TorchSharp.Native;
using static TorchSharp.Native.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public bool requires_grad
        {
            get => Kept(ts_requires_grad(Handle)) != 0;
            set => Shim.Check(Kept(ts_set_requires_grad(Handle, value ? 1 : 0)));
        }

        public bool is_leaf => Kept(ts_is_leaf(Handle)) != 0;

        /// <summary>A new handle on the gradient at every read; null if there is none.</summary>
        public Tensor? grad
        {
            get
            {
                nint gradient = Kept(ts_grad(Handle));
                return gradient == 0 ? null : new Tensor(gradient);
            }
            set
            {
                Shim.Check(Kept(ts_set_grad(Handle, value is null ? 0 : value.Handle)));
                GC.KeepAlive(value);
            }
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            if (requires_grad != this.requires_grad)
            {
                this.requires_grad = requires_grad;
            }
            return this;
        }

        public Tensor detach() => Ops.Detach.T(this);

        public void retain_grad() => Shim.Check(Kept(ts_retain_grad(Handle)));

        public void backward() => autograd.backward([this]);

        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false,
            IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph, create_graph, inputs);
    }
}
