using System.Runtime.CompilerServices;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => index(Array.ConvertAll(indices, i => TensorIndex.Single(i)));
            set => index_put_(value, Array.ConvertAll(indices, i => TensorIndex.Single(i)));
        }

        public Tensor index(params TensorIndex[] indices)
        {
            Tensor view = View(indices, out Tensor?[] tensors);
            if (tensors.Length == 0)
            {
                return view;
            }
            using (view)
            {
                return Ops.Index.T(view, tensors);
            }
        }

        public Tensor index(params Tensor[] indices)
        {
            HostReads.AddMasks(indices);
            return Ops.Index.T(this, indices);
        }

        internal Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            using Tensor view = View(indices, out Tensor?[] tensors);
            if (tensors.Length == 0)
            {
                view.copy_(value);
            }
            else
            {
                Ops.IndexPut_.Run(view, tensors, value, false);
            }
            return this;
        }

        internal Tensor index_put_(Tensor value, params Tensor[] indices)
        {
            HostReads.AddMasks(indices);
            return Ops.IndexPut_.InPlace(this, indices, value, false);
        }

        internal Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using Tensor number = full([], value, dtype, device);
            return index_put_(number, indices);
        }

        /// <summary>
        /// Applies positions, slices and new axes as views; the tensors among the indices come back by the view's
        /// dimensions, null where a dimension has none, and no entry at all if there is no tensor.
        /// </summary>
        private Tensor View(TensorIndex[] indices, out Tensor?[] tensors)
        {
            var found = new List<Tensor?>();
            Tensor view = alias();
            long dim = 0;
            foreach (TensorIndex index in indices)
            {
                switch (index.Type)
                {
                    case TensorIndex.Kind.NewAxis:
                        Advance(ref view, Ops.Unsqueeze.T(view, dim++));
                        break;
                    case TensorIndex.Kind.Single:
                        Advance(ref view, Ops.Select.T(view, dim, index.Start));
                        break;
                    case TensorIndex.Kind.Slice:
                        Advance(ref view, Ops.Slice.T(view, dim++, index.Start, index.Stop, index.Step ?? 1));
                        break;
                    case TensorIndex.Kind.Ellipsis:
                        dim = view.ndim - Consumed(indices, index);
                        break;
                    default:
                        Pad(found, dim).Add(index.Index);
                        dim += index.Index!.dtype == ScalarType.Bool ? index.Index.ndim : 1;
                        break;
                }
            }
            tensors = [.. found];
            HostReads.AddMasks(tensors);
            return view;
        }

        private static void Advance(ref Tensor view, Tensor next)
        {
            view.Dispose();
            view = next;
        }

        private static List<Tensor?> Pad(List<Tensor?> tensors, long dim)
        {
            while (tensors.Count < dim)
            {
                tensors.Add(null);
            }
            return tensors;
        }

        /// <summary>How many dimensions the indices after the ellipsis take up.</summary>
        private static long Consumed(TensorIndex[] indices, TensorIndex ellipsis)
        {
            int start = Array.FindIndex(indices, i => i.Type == ellipsis.Type) + 1;
            long count = 0;
            foreach (TensorIndex index in indices.AsSpan(start))
            {
                bool isMask = index.Type == TensorIndex.Kind.Tensor && index.Index!.dtype == ScalarType.Bool;
                count += index.Type == TensorIndex.Kind.NewAxis ? 0 : isMask ? index.Index!.ndim : 1;
            }
            return count;
        }
    }
}
