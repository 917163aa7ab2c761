using System.Text.Json;
using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Storage;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Teachers;

/// <summary>
/// The outputs of unimodal teachers for every sample of a data set, in a file: representations, logits and confidences
/// by sample index, and the targets. A step then costs no teacher pass and no read from the device. For inputs that are
/// the same in every epoch; see <see cref="OnlineTeachers"/> for others. Safe for use from several threads.
/// </summary>
public sealed partial class TeacherCache : ITeacherSource, IDisposable
{
    private readonly TeacherCacheDescription _description;
    private readonly RecordTable _records;
    private readonly double[][] _confidences;

    private TeacherCache(TeacherCacheDescription description, RecordTable records)
    {
        (_description, _records) = (description, records);
        var all = Enumerable.Range(0, checked((int)Count)).Select(sample => (long)sample).ToArray();
        _confidences = Modalities.Select((_, m) => ReadConfidences(m, all)).ToArray();
        OverallConfidences = _confidences.Select(perSample =>
            perSample.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average()).ToArray();
    }

    /// <summary>The modalities' names, in order.</summary>
    public IReadOnlyList<string> Modalities => _description.Modalities;

    /// <summary>Number of samples.</summary>
    public long Count => _description.Data.Count;

    /// <summary>Each teacher's mean confidence over all samples that have its modality (Rakib and Bagavathi, ICCV 2025,
    /// Eq. 5), in [0, 1]; NaN for a modality that no sample has.</summary>
    public IReadOnlyList<double> OverallConfidences { get; }

    /// <summary>Always true.</summary>
    public bool HasOverallConfidences => true;

    /// <summary>Runs the teachers once over all data and writes their outputs, batch by batch. The file is written
    /// beside its place and moved there when it is whole; after an error or a cancellation all is as it was.</summary>
    /// <param name="path">The file; one that is there is replaced. Its folder must exist.</param>
    /// <param name="teachers">A model with unimodal heads; run in evaluation mode and without a graph, and left as it
    /// was.</param>
    /// <param name="task">What they have learned; it says how sure they are.</param>
    /// <param name="data">All samples in order, with sample indices 0, 1, 2 ...; its epoch 0 is used.</param>
    /// <param name="device">The teachers' device.</param>
    /// <param name="cancellation">Asked before every batch.</param>
    /// <exception cref="ArgumentException">The model has no unimodal heads, or the data is empty, out of order, without
    /// sample indices, or does not fit the teachers; or a teacher's outputs change their shape or are not finite.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(
        string path,
        IMultimodalModel teachers,
        LearningTask task,
        IBatchSource data,
        Device device,
        CancellationToken cancellation = default)
    {
        TeacherPass.CheckTeachers(teachers);
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(device);
        using var writer = new TeacherCacheWriter(path, teachers, task, device);
        data.ForEachBatch(writer.Append, cancellation);
        writer.Commit();
    }

    /// <summary>Opens a cache, after checking the whole file and that it belongs to these teachers and this data.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="teachers">The teachers that must have made it, recognized by every bit of their parameters and
    /// buffers; null for whichever they were.</param>
    /// <param name="data">The data that it must be of, recognized by every bit of its epoch 0 in order: inputs,
    /// targets and presence. Takes one pass over the data. Null for whichever it was.</param>
    /// <param name="cancellation">Asked before every batch of the data.</param>
    /// <returns>The caller owns it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no teacher cache, of another format version, cut short or
    /// damaged, or was made by other teachers or for other data; the message says which.</exception>
    public static TeacherCache Open(
        string path, IMultimodalModel? teachers, IBatchSource? data, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        var file = CheckedFile.Open(path, TeacherCacheDescription.FileKind);
        try
        {
            var description = JsonSerializer.Deserialize<TeacherCacheDescription>(file.Description)!;
            if (teachers is not null)
            {
                description.CheckMadeBy(teachers, path);
            }

            if (data is not null)
            {
                description.CheckMadeFor(DataHash.Of(data, cancellation), path);
            }

            return new TeacherCache(description, new RecordTable(file, description.Fields));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _records.Dispose();
}
