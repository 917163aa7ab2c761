using ModalityBalance.Benchmarks.Networks;
using ModalityBalance.Data;
using ModalityBalance.Teachers;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks.Loop;

/// <summary>Random outputs of teachers for every sample, the later modalities' the surer.</summary>
internal sealed class SampleTeachers(StepSetting setting, int samples) : ITeacherSource
{
    private readonly Tensor[] _representations =
        Each(setting, _ => rand(samples, setting.Width).to(setting.ToDevice()));

    private readonly Tensor[] _logits =
        Each(setting, _ => randn(samples, BenchmarkNetwork.Classes).to(setting.ToDevice()));

    public TeacherOutputs For(MultimodalBatch batch)
    {
        using var rows = tensor(batch.SampleIndices!.ToArray(), device: batch.Targets.device);
        return new TeacherOutputs(
            _representations.Select(all => all.index_select(0, rows)).ToArray(),
            _logits.Select(all => all.index_select(0, rows)).ToArray(),
            Each(setting, m => 0.5 + (0.01 * m)));
    }

    private static T[] Each<T>(StepSetting setting, Func<int, T> make) =>
        Enumerable.Range(0, setting.Modalities).Select(make).ToArray();
}
