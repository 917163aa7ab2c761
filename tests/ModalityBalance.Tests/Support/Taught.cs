using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Support;

/// <summary>Teachers whose outputs depend on the mode they run in, for the toy's inputs, and a place for their cache.
/// </summary>
internal static class Taught
{
    public static UnimodalEnsemble Teachers(
        int seed = 11, long outputs = Toy.Classes, ScalarType dtype = ScalarType.Float32, int modalities = 2)
    {
        random.manual_seed(seed);
        var encoders = Enumerable.Range(0, modalities).Select(m => new ModalityEncoder($"m{m}", nn.Sequential(
            nn.Linear(Toy.Inputs + m, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, Toy.Width))));
        var heads = Enumerable.Range(0, modalities)
            .Select(_ => nn.Sequential(nn.Dropout(0.5), nn.Linear(Toy.Width, outputs)));
        return new UnimodalEnsemble(encoders.ToArray(), heads.ToArray()).to(dtype);
    }

    /// <summary>Writes a cache of the toy, for use in a test.</summary>
    public static string Cache(
        TemporaryFolder folder, IMultimodalModel teachers, MultimodalDataset data, LearningTask? task = null)
    {
        string path = Path.Combine(folder.Path, "toy.teachers");
        TeacherCache.Write(path, teachers, task ?? Toy.Task, data.InOrder(10), CPU);
        return path;
    }

    /// <summary>What the teachers give for all samples, run on the batches that the cache is written from.</summary>
    public static (byte[][] Representations, byte[][] Logits, double[] Confidences) Direct(
        UnimodalEnsemble teachers, MultimodalDataset data, LearningTask task, int modality)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        teachers.eval();
        var representations = new List<byte[]>();
        var logits = new List<byte[]>();
        var confidences = new List<double>();
        foreach (var batch in data.InOrder(10).Batches(0))
        {
            var z = teachers.Encode(modality, batch.Inputs[modality]);
            var y = teachers.PredictUnimodal(modality, z);
            representations.AddRange(Rows(z));
            logits.AddRange(Rows(y));
            confidences.AddRange(task.ConfidencePerSample(y, batch.Targets).to(ScalarType.Float64).data<double>());
        }

        teachers.train();
        return ([.. representations], [.. logits], [.. confidences]);
    }

    /// <summary>The rows of a tensor, bit for bit.</summary>
    public static byte[][] Rows(Tensor tensor)
    {
        var bytes = tensor.contiguous().bytes.ToArray();
        return bytes.Chunk(bytes.Length / (int)tensor.shape[0]).ToArray();
    }

    /// <summary>Every parameter and buffer, bit for bit.</summary>
    public static Dictionary<string, byte[]> Bits(IMultimodalModel model) => model.Root.state_dict()
        .ToDictionary(entry => entry.Key, entry => entry.Value.contiguous().bytes.ToArray());
}
