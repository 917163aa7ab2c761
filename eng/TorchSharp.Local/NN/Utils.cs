using TorchSharp.Modules;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            /// <summary>Scales the gradients in place so that their common norm is at most the given one; returns the norm they had.</summary>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2)
            {
                using DisposeScope scope = NewDisposeScope();
                using IDisposable guard = no_grad();
                List<Tensor> gradients = [.. tensors.Select(tensor => tensor.grad).OfType<Tensor>()];
                if (gradients.Count == 0)
                {
                    return 0;
                }
                Tensor norms = stack(gradients.Select(gradient => gradient.norm((float)norm_type)));
                double total = norms.norm((float)norm_type).ToDouble();
                double scale = max_norm / (total + 1e-6);
                if (scale < 1)
                {
                    gradients.ForEach(gradient => Ops.Mul_.Run(gradient, scale));
                }
                return total;
            }
        }
    }
}
