using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks.Networks;

/// <summary>What one step is measured on: a late-fusion network of equal encoders, a fixed batch and fixed teacher
/// outputs, the same numbers on every device.</summary>
internal sealed class BenchmarkNetwork
{
    public const long Classes = 10;

    private readonly StepSetting _setting;

    public BenchmarkNetwork(StepSetting setting)
    {
        _setting = setting;
        random.manual_seed(1);
        var inputs = Each(_ => (ModalityInput)randn([setting.Batch, .. setting.SampleShape]).to(setting.Type));
        var labels = randint(0, Classes, [setting.Batch], ScalarType.Int64);
        Batch = new MultimodalBatch(inputs, labels).To(setting.ToDevice());
        Teachers = new TeacherOutputs(
            Each(_ => rand(setting.Batch, setting.Width).to(setting.Type).to(setting.ToDevice())),
            Each(_ => randn(setting.Batch, Classes).to(setting.Type).to(setting.ToDevice())),
            Each(m => 0.5 + (0.01 * m)));
    }

    public ClassificationTask Task { get; } = new(Classes);

    public MultimodalBatch Batch { get; }

    public TeacherOutputs Teachers { get; }

    /// <summary>A new network with the same initial weights every time.</summary>
    public MultimodalModel Build()
    {
        random.manual_seed(2);
        var model = new MultimodalModel(
            Each(m => new ModalityEncoder($"m{m}", Encoder())), new LateFusion(Each(_ => _setting.Width), Classes));
        return model.to(_setting.ToDevice(), _setting.Type);
    }

    /// <summary>An encoder with new weights.</summary>
    public nn.Module<Tensor, Tensor> Encoder() => _setting.Encoders switch
    {
        EncoderKind.Cnn => new SmallCnn(),
        EncoderKind.Resnet18 => new ResNet18(),
        _ => new Mlp(_setting.SampleShape[0], _setting.HiddenUnits, _setting.HiddenUnits, _setting.Width),
    };

    private T[] Each<T>(Func<int, T> make) => Enumerable.Range(0, _setting.Modalities).Select(make).ToArray();
}
