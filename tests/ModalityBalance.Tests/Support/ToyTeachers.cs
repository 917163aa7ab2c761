using ModalityBalance.Data;
using ModalityBalance.Teachers;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Support;

/// <summary>Teachers for the toy: fixed random representations, and logits that know the label, later modalities
/// better. What they say depends on the batch's labels alone.</summary>
internal sealed class ToyTeachers(int modalities) : ITeacherSource
{
    public bool HasOverallConfidences => true;

    public TeacherOutputs For(MultimodalBatch batch)
    {
        var labels = nn.functional.one_hot(batch.Targets, Toy.Classes);
        var pattern = ((arange(Toy.Classes * Toy.Width).remainder(7) - 3) / 3.0).reshape(Toy.Classes, Toy.Width);
        var dtype = batch.Inputs[0].Tensors[0].dtype;
        var representation = labels.to(ScalarType.Float32).matmul(pattern.to(ScalarType.Float32)).to(dtype).to(batch.Targets.device);
        return new TeacherOutputs(
            Enumerable.Range(0, modalities).Select(m => representation * (0.5 + (0.1 * m))).ToArray(),
            Enumerable.Range(0, modalities).Select(m => labels.to(dtype) * (m + 1)).ToArray(),
            Enumerable.Range(0, modalities).Select(m => 0.3 + (0.1 * m)).ToArray(),
            Enumerable.Range(0, modalities).Select(m => 0.3 + (0.1 * m)).ToArray());
    }
}
