using System.Text.Json;
using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Storage;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Teachers;

/// <summary>Runs teachers batch by batch and writes what they say.</summary>
internal sealed class TeacherCacheWriter(
    string path, IMultimodalModel teachers, LearningTask task, Device device) : IDisposable
{
    private readonly CheckedFileWriter _file = new(path, TeacherCacheDescription.FileKind);
    private readonly DataHash _data = new();
    private RecordField[]? _fields;

    public void Append(MultimodalBatch batch)
    {
        CheckOrder(batch);
        var passes = TeacherPass.Run(teachers, task, batch.To(device));
        CheckFinite(batch, passes);
        var columns = passes
            .SelectMany(pass => new[] { pass.Representation, pass.Logits, pass.Confidences })
            .Append(batch.Targets).ToArray();
        _fields ??= TeacherCacheDescription.FieldNames(teachers.Modalities).Zip(columns, RecordField.Of).ToArray();
        _file.Append(new RecordLayout(_fields).Interleave(columns));
        _data.Add(batch);
    }

    public void Commit()
    {
        var description = new TeacherCacheDescription(
            [.. teachers.Modalities],
            _fields ?? throw new ArgumentException("data must hold at least one batch, but holds none."),
            TensorHash.OfState(teachers.Root),
            _data.Finish());
        _file.Commit(JsonSerializer.SerializeToUtf8Bytes(description));
    }

    public void Dispose()
    {
        _file.Dispose();
        _data.Dispose();
    }

    private void CheckOrder(MultimodalBatch batch)
    {
        var indices = batch.SampleIndices
            ?? throw new ArgumentException("data must give sample indices, but gives none.");
        for (int i = 0; i < indices.Count; i++)
        {
            if (indices[i] != _data.Count + i)
            {
                throw new ArgumentException(
                    "data must give its samples in order, with indices 0, 1, 2 ..., but gives sample "
                    + $"{indices[i]} in place {_data.Count + i}.");
            }
        }
    }

    private void CheckFinite(MultimodalBatch batch, TeacherPass[] passes)
    {
        foreach (var (m, pass) in passes.Index())
        {
            CheckFinite(batch, m, "representation", pass.Representation);
            CheckFinite(batch, m, "prediction", pass.Logits);
            CheckFinite(batch, m, "confidence", pass.Confidences);
        }
    }

    private void CheckFinite(MultimodalBatch batch, int modality, string what, Tensor outputs)
    {
        var finite = outputs.isfinite().reshape(batch.Size, -1).all(1).cpu().data<bool>().ToArray();
        for (int i = 0; i < finite.Length; i++)
        {
            if (!finite[i] && batch.Present?[i, modality] != false)
            {
                throw new ArgumentException(
                    $"The teacher of '{teachers.Modalities[modality]}' must give finite outputs, but its {what} is not "
                    + $"finite for sample {_data.Count + i}.");
            }
        }
    }
}
