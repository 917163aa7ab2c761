using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>What I2MCL did in one step.</summary>
public sealed class I2MCLReport : StepReport
{
    private readonly DeviceNumbers _alpha;
    private readonly DeviceNumbers _selected;
    private readonly DeviceNumbers _tied;
    private readonly DeviceNumbers _distillation;
    private readonly DeviceNumbers _thresholds;

    internal I2MCLReport(
        Tensor loss,
        Tensor taskLoss,
        Tensor alpha,
        Tensor selected,
        Tensor tied,
        IEnumerable<Distillation> lessons,
        SampleWeights? weights)
        : base(loss, taskLoss)
    {
        _alpha = new DeviceNumbers(nameof(Alpha), alpha.unbind());
        _selected = new DeviceNumbers(nameof(Selected), selected);
        _tied = new DeviceNumbers(nameof(Tied), tied);
        _distillation = new DeviceNumbers(
            nameof(DistillationLosses), lessons.Select(lesson => lesson.Mean).ToArray());
        _thresholds = new DeviceNumbers(nameof(Thresholds), weights?.Thresholds.unbind() ?? []);
    }

    /// <summary>The min-norm weight of each modality's distillation gradient, in [0, 1] (Eq. 14); -1 for a modality
    /// that no sample of the batch has.</summary>
    public IReadOnlyList<double> Alpha => _alpha.Read();

    /// <summary>The modality with the largest alpha, the first of them when tied (Eq. 17).</summary>
    public int Selected => (int)_selected.Read()[0];

    /// <summary>Whether several modalities had the largest alpha.</summary>
    public bool Tied => _tied.Read()[0] > 0;

    /// <summary>Each modality's mean distillation loss, scaled, without sample weights; NaN for a modality that no
    /// sample of the batch has.</summary>
    public IReadOnlyList<double> DistillationLosses => _distillation.Read();

    /// <summary>The thresholds of the sample weights (Eq. 8), that of the task first; NaN for one that no batch has
    /// started yet, empty without sample weights.</summary>
    public IReadOnlyList<double> Thresholds => _thresholds.Read();

    /// <summary>The gradient of the mean task loss at each representation, without sample weights; valid until the
    /// step's dispose scope ends.</summary>
    internal IReadOnlyList<Tensor> FromTask { get; init; } = [];

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, double Value)> Details(IReadOnlyList<string> modalities) =>
    [
        .. PerModality("alpha", modalities, Alpha),
        ("selected", Selected),
        ("tied", Tied ? 1 : 0),
        .. PerModality("distillation_loss", modalities, DistillationLosses),
    ];
}
