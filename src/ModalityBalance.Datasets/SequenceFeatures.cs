using ModalityBalance.Data;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Datasets;

/// <summary>Sequences of features from files, such as those of CMU-MOSI, CMU-MOSEI, UR-FUNNY and MUStARD that MultiBench passes
/// around: for every modality [samples, steps, features], and a target per sample.</summary>
/// <remarks>
/// <para>A .npz or HDF5 file holds the arrays of all splits, named <c>train/text</c> or <c>train_text</c>, or of one, named
/// <c>text</c>; the targets are <c>labels</c> in the place of the modality. The lengths of padded sequences are
/// <c>text_lengths</c>, or the same for all modalities, <c>lengths</c>; without them, every sequence ends before the zeros at its
/// end. MultiBench's own pickles are rewritten by three lines of Python (docs/own-data.md).</para>
/// </remarks>
public static class SequenceFeatures
{
    private const string Targets = "labels";

    /// <summary>Reads a split into memory. An input holds values, [samples, steps, features], and lengths, [samples], for the
    /// sequence encoders of the library. A sequence of no steps is an absent modality.</summary>
    /// <param name="path">The file.</param>
    /// <param name="split">The name of the split in the names of the arrays, such as <c>train</c>.</param>
    /// <param name="modalities">The names of the modalities in the names of the arrays, at least two.</param>
    /// <param name="task">The learning task. A <see cref="ClassificationTask"/> takes targets as class numbers, or, where it has
    /// two classes and a target is negative, as signs: above 0 is class 1, as sentiment is evaluated.</param>
    /// <returns>Data whose tensors belong to the caller, or to the open dispose scope.</returns>
    /// <exception cref="ArgumentException">Fewer than two modalities, or targets that the task refuses.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, lacks an array, or holds one of another shape or with values
    /// that are not finite.</exception>
    public static MultimodalDataset Read(string path, string split, IReadOnlyList<string> modalities, LearningTask task)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentException.ThrowIfNullOrWhiteSpace(split);
        ArgumentNullException.ThrowIfNull(modalities);
        ArgumentNullException.ThrowIfNull(task);
        if (modalities.Count < 2)
        {
            throw new ArgumentException($"modalities must name at least two, but names {modalities.Count}.", nameof(modalities));
        }

        using var scope = NewDisposeScope();
        var targets = ToTargets(ArrayFile.Read(path, Names(Targets)), task);
        long samples = targets.shape.FirstOrDefault();
        var sequences = modalities.Select(modality => Sequences(modality, samples)).ToArray();
        bool isComplete = sequences.All(sequence => sequence.Lengths.gt(0).all().item<bool>());
        return new MultimodalDataset(
            [
                .. sequences.Select(sequence => new ModalityInput(
                    sequence.Values.MoveToOuterDisposeScope(), sequence.Lengths.clamp(min: 1).MoveToOuterDisposeScope())),
            ],
            targets.MoveToOuterDisposeScope(),
            task,
            isComplete ? null : Present(sequences.Select(sequence => sequence.Lengths)));

        string[] Names(string array) => [$"{split}/{array}", $"{split}_{array}", array];

        (Tensor Values, Tensor Lengths) Sequences(string modality, long count)
        {
            var values = ArrayFile.Read(path, Names(modality)).to(ScalarType.Float32);
            if (values.dim() != 3 || values.shape[0] != count || values.numel() == 0)
            {
                throw new InvalidDataException(
                    $"'{path}' must hold '{modality}' of the {count} samples that have labels, [samples, steps, features], but its shape "
                    + $"is [{string.Join(", ", values.shape)}].");
            }

            if (!values.isfinite().all().item<bool>())
            {
                long sample = values.isfinite().logical_not().flatten(1).any(1).to(ScalarType.Int64).argmax().item<long>();
                throw new InvalidDataException($"'{path}' must hold finite values, but '{modality}' of sample {sample} is not finite.");
            }

            return (values, Lengths(modality, values));
        }

        Tensor Lengths(string modality, Tensor values)
        {
            long steps = values.shape[1];
            var lengths = ArrayFile.TryRead(path, [.. Names($"{modality}_lengths"), .. Names("lengths")]);
            if (lengths is null)
            {
                var used = values.ne(0).any(2);
                return (used.to(ScalarType.Int64) * arange(1, steps + 1)).amax([1L]);
            }

            if (lengths.dtype != ScalarType.Int64 || lengths.dim() != 1 || lengths.shape[0] != values.shape[0]
                || lengths.lt(0).any().item<bool>() || lengths.gt(steps).any().item<bool>())
            {
                throw new InvalidDataException(
                    $"'{path}' must hold a length from 0 to {steps} for each of the {values.shape[0]} samples of '{modality}', but has "
                    + $"lengths of shape [{string.Join(", ", lengths.shape)}] and type {lengths.dtype} "
                    + $"{ArrayFile.Range(lengths)}.");
            }

            return lengths;
        }
    }

    private static Tensor ToTargets(Tensor labels, LearningTask task)
    {
        // MultiBench stores one value per sample as [samples, 1, 1].
        var values = labels.dim() > 1 && labels.shape[1..].All(size => size == 1) ? labels.flatten() : labels;
        return task switch
        {
            ClassificationTask { Outputs: 2 } when values.lt(0).any().item<bool>() => values.gt(0).to(ScalarType.Int64),
            ClassificationTask => values.to(ScalarType.Int64),
            _ => values.to(ScalarType.Float32),
        };
    }

    private static PresenceMask Present(IEnumerable<Tensor> lengths)
    {
        bool[][] columns = [.. lengths.Select(ofModality => ofModality.gt(0).data<bool>().ToArray())];
        var present = new bool[columns[0].Length, columns.Length];
        for (int sample = 0; sample < columns[0].Length; sample++)
        {
            for (int m = 0; m < columns.Length; m++)
            {
                present[sample, m] = columns[m][sample];
            }
        }

        return new PresenceMask(present);
    }
}
