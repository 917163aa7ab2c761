using TorchSharp.Utils;

namespace TorchSharp.Modules;

public abstract class NormBase : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    [ComponentName(Name = nameof(weight))]
    private Parameter? _weight;

    [ComponentName(Name = nameof(bias))]
    private Parameter? _bias;

    [ComponentName(Name = nameof(running_mean))]
    private torch.Tensor? _running_mean;

    [ComponentName(Name = nameof(running_var))]
    private torch.Tensor? _running_var;

    [ComponentName(Name = nameof(num_batches_tracked))]
    private torch.Tensor? _num_batches_tracked;

    private protected NormBase(long num_features, double eps, double? momentum, bool affine, bool track_running_stats,
        torch.Device? device, torch.ScalarType? dtype, string name)
        : base(name)
    {
        this.eps = eps;
        this.momentum = momentum;
        this.affine = affine;
        this.track_running_stats = track_running_stats;
        if (affine)
        {
            weight = torch.ones(num_features, dtype, device).AsParameter();
            bias = torch.zeros(num_features, dtype, device).AsParameter();
        }
        if (track_running_stats)
        {
            running_mean = torch.zeros(num_features, dtype, device);
            running_var = torch.ones(num_features, dtype, device);
            num_batches_tracked = torch.tensor(0L, dtype, device);
        }
    }

    internal double eps { get; }

    /// <summary>The weight of a new batch in the running statistics; null for their plain mean.</summary>
    public double? momentum { get; set; }

    public bool affine { get; }

    internal bool track_running_stats { get; }

    public Parameter weight { get => _weight!; set => SetParameter(ref _weight, nameof(weight), value); }

    public Parameter? bias { get => _bias; set => SetParameter(ref _bias, nameof(bias), value); }

    public torch.Tensor? running_mean { get => _running_mean; set => SetBuffer(ref _running_mean, nameof(running_mean), value); }

    public torch.Tensor? running_var { get => _running_var; set => SetBuffer(ref _running_var, nameof(running_var), value); }

    public torch.Tensor? num_batches_tracked
    {
        get => _num_batches_tracked;
        set => SetBuffer(ref _num_batches_tracked, nameof(num_batches_tracked), value);
    }

    protected abstract void ValidateInputDimensions(torch.Tensor input);
}
