using ModalityBalance.Distributed;
using static TorchSharp.torch;

namespace ModalityBalance.Gradients;

/// <content>The step as one of several processes makes it, each on its own part of the batch.</content>
public sealed partial class TrainingStep
{
    private readonly Dictionary<int, TensorBucket> _encoderSums = [];
    private readonly HashSet<int> _summedEncoders = [];
    private SampleCounts? _counts;
    private bool _isSummed;

    /// <summary>The processes that make this step together. Defaults to <see cref="ProcessGroup.SingleProcess"/>.</summary>
    public ProcessGroup Processes { get; init; } = ProcessGroup.SingleProcess;

    /// <summary>The number of samples of the batch in all processes.</summary>
    public long SampleCount => Counts.Total;

    /// <summary>The number of samples in all processes that have a modality.</summary>
    /// <param name="modality">An index in [0, M).</param>
    public long SamplesWith(int modality) => Counts.With(modality, modality);

    /// <summary>The number of samples in all processes that have two modalities.</summary>
    /// <param name="modality">An index in [0, M).</param>
    /// <param name="other">Another index in [0, M).</param>
    public long SamplesWith(int modality, int other) => Counts.With(modality, other);

    /// <summary>The sum of values over all processes. Strategies need it for what is no mean over samples; the methods of the
    /// step that return means or encoder gradients have summed already.</summary>
    /// <param name="share">This process's share, of any shape. Its graph is cut.</param>
    /// <returns>With one process the share itself, else a new tensor, the same in all processes.</returns>
    public Tensor Sum(Tensor share)
    {
        ArgumentNullException.ThrowIfNull(share);
        if (Processes.Size == 1)
        {
            return share;
        }

        using var noGrad = no_grad();
        var sum = share.detach().contiguous().clone();
        Processes.Sum(sum);
        return sum;
    }

    /// <summary>Random numbers that are the same in all processes, drawn in the first.</summary>
    /// <param name="draw">Draws them.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="type">Their type.</param>
    /// <param name="device">Their device.</param>
    public Tensor Draw(Func<Tensor> draw, long[] shape, ScalarType type, Device device)
    {
        ArgumentNullException.ThrowIfNull(draw);
        var drawn = Processes.Rank == 0 ? draw() : empty(shape, type, device);
        Processes.Broadcast(drawn);
        return drawn;
    }

    /// <summary>Random numbers for every sample, the same however the batch is cut: drawn for the whole batch in the first
    /// process.</summary>
    /// <param name="columns">The numbers per sample, at least 1.</param>
    /// <param name="device">Their device.</param>
    /// <returns>Uniform in [0, 1), double, [batch, columns].</returns>
    public Tensor DrawPerSample(long columns, Device device)
    {
        long[] shape = [SampleCount, columns];
        var drawn = Draw(() => rand(shape, ScalarType.Float64, device), shape, ScalarType.Float64, device);
        return Processes.Size == 1 ? drawn : drawn.narrow(0, Counts.Before, Batch.Size);
    }

    /// <summary>The mean representation of the samples in all processes that have a modality.</summary>
    /// <param name="modality">An index in [0, M).</param>
    /// <returns>[...], double, without a graph. NaN if no sample has the modality.</returns>
    public Tensor MeanRepresentation(int modality)
    {
        using var noGrad = no_grad();

        // Samples without the modality are zeros.
        return Sum(Representations[modality].detach().to(ScalarType.Float64).sum([0L])) / SamplesWith(modality);
    }

    /// <summary>The rows of all processes of a tensor that holds one row for each of this process's samples with two modalities.
    /// </summary>
    /// <param name="rows">[samples with both, width]. Its graph is cut.</param>
    /// <param name="modality">An index in [0, M).</param>
    /// <param name="other">Another index in [0, M).</param>
    /// <returns>The rows of all processes in their order, and the place of this process's first row.</returns>
    internal (Tensor Rows, long First) GatherRows(Tensor rows, int modality, int other)
    {
        if (Processes.Size == 1)
        {
            return (rows.detach(), 0);
        }

        using var noGrad = no_grad();
        var counts = Counts.InEach(modality, other);
        long first = counts.Take(Processes.Rank).Sum();
        var all = zeros([counts.Sum(), .. rows.shape[1..]], rows.dtype, rows.device);
        all.narrow(0, first, rows.shape[0]).copy_(rows.detach());
        Processes.Sum(all);
        return (all, first);
    }

    /// <summary>The inner products, in all processes, of gradients at the representations, of which each process has those at its
    /// own samples.</summary>
    internal GradientProducts ProductsAtRepresentations(IReadOnlyList<Tensor> first, IReadOnlyList<Tensor> second) =>
        new(Sum(new GradientProducts(first, second).Values));

    /// <summary>Sums the gradients of all parameters over all processes, once; strategies that read gradients call it before.
    /// With one process it does nothing. The trainer calls it after the strategy; a loop of your own must do so too.</summary>
    /// <exception cref="TimeoutException">Another process did not take part in time.</exception>
    public void SumGradients()
    {
        if (Processes.Size == 1 || _isSummed)
        {
            return;
        }

        _isSummed = true;
        for (int m = 0; m < (_runs?.Length ?? 0); m++)
        {
            if (Runs[m].Learns)
            {
                BeginSumOfEncoder(m);
            }
        }

        var shared = Model.SharedParameters().Where(parameter => parameter.requires_grad).ToArray();
        var sharedSum = TensorBucket.BeginSumOfGradients(Processes, shared);
        foreach (var bucket in _encoderSums.Values)
        {
            bucket.EndSumOfGradients();
        }

        sharedSum.EndSumOfGradients();
    }

    /// <summary>Gives all processes the buffers of the first, such as batch statistics.</summary>
    internal void ShareBuffers() => Processes.BroadcastAll(Model.Root.buffers());

    /// <summary>Begins to sum an encoder's gradients, while the next encoder is differentiated.</summary>
    private void BeginSumOfEncoder(int modality)
    {
        if (Processes.Size > 1 && _summedEncoders.Add(modality) && LearningParameters(modality) is [_, ..] parameters)
        {
            _encoderSums[modality] = TensorBucket.BeginSumOfGradients(Processes, parameters);
        }
    }

    private TorchSharp.Modules.Parameter[] LearningParameters(int modality) =>
        [.. Model.EncoderParameters(modality).Where(parameter => parameter.requires_grad)];

    /// <summary>A mean whose value is that of all processes and whose gradient is this process's share of it, so that the
    /// gradients of all processes add up, whatever function of means is minimized.</summary>
    private Tensor OverProcesses(Tensor share)
    {
        if (Processes.Size == 1)
        {
            return share;
        }

        var sum = Sum(share);
        return share.requires_grad ? sum + (share - share.detach()) : sum;
    }

    private SampleCounts Counts => _counts ??= new SampleCounts(Batch, Processes);
}
