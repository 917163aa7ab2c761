using ModalityBalance.Encoders;
using ModalityBalance.Fusion;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks;

/// <summary>What one step is measured on: a late-fusion network of equal encoders, a fixed batch and fixed teacher
/// outputs.</summary>
internal sealed class BenchmarkNetwork
{
    private const long Classes = 10;

    private readonly StepSetting _setting;

    public BenchmarkNetwork(StepSetting setting)
    {
        _setting = setting;
        var device = setting.ToDevice();
        random.manual_seed(1);
        var inputs = Enumerable.Range(0, setting.Modalities).Select(_ => (ModalityInput)Input(device)).ToArray();
        Batch = new MultimodalBatch(inputs, randint(0, Classes, [setting.Batch], ScalarType.Int64, device));
        Teachers = new TeacherOutputs(
            inputs.Select(_ => rand(setting.Batch, Width, device: device)).ToArray(),
            inputs.Select(_ => randn(setting.Batch, Classes, device: device)).ToArray(),
            inputs.Select((_, m) => 0.5 + (0.01 * m)).ToArray());
    }

    public ClassificationTask Task { get; } = new(Classes);

    public MultimodalBatch Batch { get; }

    public TeacherOutputs Teachers { get; }

    private bool IsResNet => _setting.Encoders == "resnet18";

    private long Width => IsResNet ? 512 : 64;

    /// <summary>A new network with the same initial weights every time.</summary>
    public MultimodalModel Build()
    {
        random.manual_seed(2);
        var model = new MultimodalModel(
            Enumerable.Range(0, _setting.Modalities).Select(m => new ModalityEncoder($"m{m}", Encoder())).ToArray(),
            new LateFusion(Enumerable.Repeat(Width, _setting.Modalities).ToArray(), Classes));
        return model.to(_setting.ToDevice());
    }

    private nn.Module<Tensor, Tensor> Encoder() => IsResNet ? new ResNet18(3) : new SmallCnn();

    private Tensor Input(Device device) => IsResNet
        ? randn([_setting.Batch, 3, 64, 64], device: device)
        : randn([_setting.Batch, 1, 32, 32], device: device);
}
