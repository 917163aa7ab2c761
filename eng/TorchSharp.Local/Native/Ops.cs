namespace TorchSharp.Native;

/// <summary>Every operator in use, by its schema name. A test looks each of them up in the libtorch at hand.</summary>
internal static class Ops
{
    // Arithmetic.
    internal static readonly Op Add = new("add.Tensor");
    internal static readonly Op Add_ = new("add_.Tensor");
    internal static readonly Op Sub = new("sub.Tensor");
    internal static readonly Op Sub_ = new("sub_.Tensor");
    internal static readonly Op Mul = new("mul.Tensor");
    internal static readonly Op Mul_ = new("mul_.Tensor");
    internal static readonly Op Div = new("div.Tensor_mode");
    internal static readonly Op Div_ = new("div_.Tensor_mode");
    internal static readonly Op Remainder = new("remainder.Tensor");
    internal static readonly Op AddCMul_ = new("addcmul_");
    internal static readonly Op AddCDiv = new("addcdiv");
    internal static readonly Op AddCDiv_ = new("addcdiv_");

    // Functions of each element.
    internal static readonly Op Abs = new("abs");
    internal static readonly Op Clamp = new("clamp");
    internal static readonly Op ClampTensor = new("clamp.Tensor");
    internal static readonly Op Exp = new("exp");
    internal static readonly Op Log = new("log");
    internal static readonly Op Log1p = new("log1p");
    internal static readonly Op Neg = new("neg");
    internal static readonly Op PowScalar = new("pow.Tensor_Scalar");
    internal static readonly Op PowTensor = new("pow.Tensor_Tensor");
    internal static readonly Op Reciprocal = new("reciprocal");
    internal static readonly Op Relu = new("relu");
    internal static readonly Op Relu_ = new("relu_");
    internal static readonly Op Sigmoid = new("sigmoid");
    internal static readonly Op Sqrt = new("sqrt");
    internal static readonly Op Square = new("square");
    internal static readonly Op Tanh = new("tanh");

    // Comparison and logic.
    internal static readonly Op All = new("all");
    internal static readonly Op AllClose = new("allclose");
    internal static readonly Op AllDim = new("all.dim");
    internal static readonly Op Any = new("any");
    internal static readonly Op AnyDim = new("any.dim");
    internal static readonly Op BitwiseAnd = new("bitwise_and.Tensor");
    internal static readonly Op BitwiseNot = new("bitwise_not");
    internal static readonly Op BitwiseOr = new("bitwise_or.Tensor");
    internal static readonly Op Eq = new("eq.Tensor");
    internal static readonly Op Equal = new("equal");
    internal static readonly Op Ge = new("ge.Tensor");
    internal static readonly Op Gt = new("gt.Tensor");
    internal static readonly Op IsFinite = new("isfinite");
    internal static readonly Op IsNan = new("isnan");
    internal static readonly Op IsPosInf = new("isposinf");
    internal static readonly Op Le = new("le.Tensor");
    internal static readonly Op LogicalNot = new("logical_not");
    internal static readonly Op LogicalOr = new("logical_or");
    internal static readonly Op Lt = new("lt.Tensor");
    internal static readonly Op Maximum = new("maximum");
    internal static readonly Op Ne = new("ne.Tensor");
    internal static readonly Op Where = new("where.self");

    // Products.
    internal static readonly Op Bmm = new("bmm");
    internal static readonly Op Dot = new("dot");
    internal static readonly Op Matmul = new("matmul");
    internal static readonly Op Mm = new("mm");

    // Reductions and order.
    internal static readonly Op ArgMax = new("argmax");
    internal static readonly Op CumSum = new("cumsum");
    internal static readonly Op LogSoftmax = new("log_softmax.int");
    internal static readonly Op Max = new("max");
    internal static readonly Op MaxDim = new("max.dim");
    internal static readonly Op Mean = new("mean");
    internal static readonly Op MeanDims = new("mean.dim");
    internal static readonly Op Min = new("min");
    internal static readonly Op MinDim = new("min.dim");
    internal static readonly Op Norm = new("norm.Scalar");
    internal static readonly Op Softmax = new("softmax.int");
    internal static readonly Op Sum = new("sum");
    internal static readonly Op SumDims = new("sum.dim_IntList");

    // Shapes and indices.
    internal static readonly Op Cat = new("cat");
    internal static readonly Op Chunk = new("chunk");
    internal static readonly Op Flatten = new("flatten.using_ints");
    internal static readonly Op Gather = new("gather");
    internal static readonly Op Index = new("index.Tensor");
    internal static readonly Op IndexCopy = new("index_copy");
    internal static readonly Op IndexPut_ = new("index_put_");
    internal static readonly Op IndexSelect = new("index_select");
    internal static readonly Op MaskedFill = new("masked_fill.Scalar");
    internal static readonly Op Narrow = new("narrow");
    internal static readonly Op Repeat = new("repeat");
    internal static readonly Op Reshape = new("reshape");
    internal static readonly Op Select = new("select.int");
    internal static readonly Op Slice = new("slice.Tensor");
    internal static readonly Op Squeeze = new("squeeze");
    internal static readonly Op SqueezeDim = new("squeeze.dim");
    internal static readonly Op Stack = new("stack");
    internal static readonly Op Transpose = new("transpose.int");
    internal static readonly Op TransposeMatrix = new("t");
    internal static readonly Op Unbind = new("unbind.int");
    internal static readonly Op Unsqueeze = new("unsqueeze");
    internal static readonly Op View = new("view");

    // Creation, conversion, copies.
    internal static readonly Op Arange = new("arange.start_step");
    internal static readonly Op Clone = new("clone");
    internal static readonly Op Contiguous = new("contiguous");
    internal static readonly Op Copy_ = new("copy_");
    internal static readonly Op Detach = new("detach");
    internal static readonly Op Empty = new("empty.memory_format");
    internal static readonly Op EmptyLike = new("empty_like");
    internal static readonly Op Eye = new("eye.m");
    internal static readonly Op Fill_ = new("fill_.Scalar");
    internal static readonly Op Full = new("full");
    internal static readonly Op FullLike = new("full_like");
    internal static readonly Op Item = new("item");
    internal static readonly Op Linspace = new("linspace");
    internal static readonly Op Ones = new("ones");
    internal static readonly Op OnesLike = new("ones_like");
    internal static readonly Op ToDevice = new("to.device");
    internal static readonly Op ToDtype = new("to.dtype");
    internal static readonly Op Zero_ = new("zero_");
    internal static readonly Op Zeros = new("zeros");
    internal static readonly Op ZerosLike = new("zeros_like");

    // Random numbers.
    internal static readonly Op Bernoulli = new("bernoulli");
    internal static readonly Op Normal_ = new("normal_");
    internal static readonly Op Rand = new("rand.generator");
    internal static readonly Op RandInt = new("randint.low_generator");
    internal static readonly Op Randn = new("randn.generator");
    internal static readonly Op RandPerm = new("randperm.generator");
    internal static readonly Op Uniform_ = new("uniform_");

    // Layers.
    internal static readonly Op BatchNorm = new("batch_norm");
    internal static readonly Op Conv2d = new("conv2d");
    internal static readonly Op Conv2dPadding = new("conv2d.padding");
    internal static readonly Op Dropout = new("dropout");
    internal static readonly Op Dropout_ = new("dropout_");
    internal static readonly Op Embedding = new("embedding");
    internal static readonly Op Gru = new("gru.input");
    internal static readonly Op Linear = new("linear");
    internal static readonly Op MaxPool2d = new("max_pool2d");
    internal static readonly Op OneHot = new("one_hot");
    internal static readonly Op Pad = new("pad");

    // Losses and distances.
    internal static readonly Op BceWithLogits = new("binary_cross_entropy_with_logits");
    internal static readonly Op CrossEntropy = new("cross_entropy_loss");
    internal static readonly Op KlDiv = new("kl_div");
    internal static readonly Op L1Loss = new("l1_loss");
    internal static readonly Op MseLoss = new("mse_loss");
}
