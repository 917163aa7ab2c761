using ModalityBalance.Distributed;
using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Data;

/// <summary>Some samples with all their modalities. The creator owns the tensors, or the dispose scope
/// that was open then.</summary>
public sealed class MultimodalBatch
{
    /// <summary>Puts a batch together.</summary>
    /// <param name="inputs">One input per modality, all with the same batch size.</param>
    /// <param name="targets">What the task's targets are, with the batch as first dimension.</param>
    /// <param name="present">The modalities present in each sample, or <see langword="null"/> if none is missing.</param>
    /// <param name="sampleIndices">The samples' positions in their data set, for cached teachers; null if unknown.
    /// </param>
    /// <exception cref="ArgumentException">Fewer than two modalities, an empty batch, or unequal batch sizes.
    /// </exception>
    public MultimodalBatch(
        IReadOnlyList<ModalityInput> inputs,
        Tensor targets,
        PresenceMask? present = null,
        IReadOnlyList<long>? sampleIndices = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        if (inputs.Count < 2)
        {
            throw new ArgumentException(
                $"inputs must hold at least two modalities, but holds {inputs.Count}.", nameof(inputs));
        }

        Inputs = [.. inputs];
        Targets = targets;
        Present = present;
        SampleIndices = sampleIndices?.ToArray();
        Size = targets.dim() == 0 ? 0 : targets.shape[0];
        CheckSizes();
    }

    /// <summary>One input per modality.</summary>
    public IReadOnlyList<ModalityInput> Inputs { get; }

    /// <summary>The targets, with the batch as first dimension.</summary>
    public Tensor Targets { get; }

    /// <summary>The modalities present in each sample, or <see langword="null"/> if none is missing.</summary>
    public PresenceMask? Present { get; }

    /// <summary>The samples' positions in their data set; null if unknown.</summary>
    public IReadOnlyList<long>? SampleIndices { get; }

    /// <summary>Samples in the batch, at least 1.</summary>
    public long Size { get; }

    /// <summary>The same samples on <paramref name="device"/>.</summary>
    /// <returns>Copies, or aliases of what is there already; the caller owns its tensors.</returns>
    public MultimodalBatch To(Device device) => new(
        Inputs.Select(input => input.To(device)).ToArray(), Targets.to(device), Present?.To(device), SampleIndices);

    /// <summary>The same batch without the graphs that its inputs or targets may carry.</summary>
    internal MultimodalBatch WithoutGraphs() =>
        Inputs.Any(input => input.Tensors.Any(tensor => tensor.requires_grad)) || Targets.requires_grad
            ? Map(tensor => tensor.requires_grad ? tensor.detach() : tensor)
            : this;

    /// <summary>The same batch with other tensors.</summary>
    internal MultimodalBatch Map(Func<Tensor, Tensor> change) => new(
        Inputs.Select(input => new ModalityInput(input.Tensors.Select(change).ToArray())).ToArray(),
        change(Targets),
        Present,
        SampleIndices);

    /// <summary>One process's part of the batch: samples that follow each other, as many as in the other parts or one
    /// more.</summary>
    /// <param name="processes">The processes among which the batch is divided.</param>
    /// <returns>The batch itself for one process, else views of its tensors.</returns>
    /// <exception cref="ArgumentException">There are fewer samples than processes.</exception>
    public MultimodalBatch PartFor(ProcessGroup processes)
    {
        ArgumentNullException.ThrowIfNull(processes);
        if (processes.Size == 1)
        {
            return this;
        }

        long[] rows = RowsFor(processes, Size);
        return new MultimodalBatch(
            [.. Inputs.Select(input => input.Narrow(rows[0], rows.Length))],
            Targets.narrow(0, rows[0], rows.Length),
            Present?.Select(rows),
            SampleIndices is null ? null : [.. rows.Select(row => SampleIndices[(int)row])]);
    }

    /// <summary>The rows of one process's part of a batch.</summary>
    internal static long[] RowsFor(ProcessGroup processes, long size)
    {
        if (size < processes.Size)
        {
            throw new ArgumentException(
                $"Every batch must hold at least one sample for each of the {processes.Size} processes, but one holds {size}: use fewer "
                + "processes, or drop a last partial batch (dropLast).");
        }

        long first = size * processes.Rank / processes.Size;
        return [.. Enumerable.Range(0, (int)((size * (processes.Rank + 1) / processes.Size) - first)).Select(i => first + i)];
    }

    /// <summary>Several batches as one, in their order.</summary>
    /// <param name="batches">At least one, on one device; sample indices are kept if all have them.</param>
    /// <returns>Itself if there is but one, else new tensors; the caller, or the open dispose scope, owns them.</returns>
    /// <exception cref="ArgumentException">No batch, or batches of different modalities or shapes.</exception>
    public static MultimodalBatch Concatenate(IReadOnlyList<MultimodalBatch> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        if (batches.Count == 0 || batches.Any(batch => batch.Inputs.Count != batches[0].Inputs.Count))
        {
            throw new ArgumentException(
                "batches must be at least one, with the same modalities, but are "
                + $"{batches.Count} with {string.Join(", ", batches.Select(batch => batch.Inputs.Count))}.",
                nameof(batches));
        }

        return batches.Count == 1 ? batches[0] : new MultimodalBatch(
            batches[0].Inputs
                .Select((_, m) => ModalityInput.Concatenate(
                    batches.Select(batch => batch.Inputs[m]).ToArray(), $"inputs[{m}]"))
                .ToArray(),
            batches.Select(batch => batch.Targets).ToArray().Concatenate("targets"),
            PresenceMask.Concatenate(batches),
            batches.All(batch => batch.SampleIndices is not null)
                ? batches.SelectMany(batch => batch.SampleIndices!).ToArray()
                : null);
    }

    /// <summary>Refuses a batch for a network of other modalities.</summary>
    /// <param name="names">The network's modalities.</param>
    /// <param name="owner">What has them, in a word or two.</param>
    internal void CheckModalities(IReadOnlyList<string> names, string owner)
    {
        if (Inputs.Count != names.Count)
        {
            throw new ArgumentException(
                $"batch must hold the {names.Count} modalities of the {owner} ({string.Join(", ", names)}), but holds "
                + $"{Inputs.Count}.");
        }
    }

    private void CheckSizes()
    {
        if (Size == 0)
        {
            throw new ArgumentException($"targets must hold at least one sample, but has shape {Targets.Describe()}.");
        }

        for (int m = 0; m < Inputs.Count; m++)
        {
            CheckSize($"inputs[{m}]", Inputs[m].BatchSize);
        }

        CheckSize("present", Present?.BatchSize ?? Size);
        CheckSize("sampleIndices", SampleIndices?.Count ?? Size);
        if (Present is not null && Present.Modalities != Inputs.Count)
        {
            throw new ArgumentException(
                $"present must cover {Inputs.Count} modalities, but covers {Present.Modalities}.");
        }
    }

    private void CheckSize(string what, long size)
    {
        if (size != Size)
        {
            throw new ArgumentException($"{what} must hold as many samples as targets, {Size}, but holds {size}.");
        }
    }
}
