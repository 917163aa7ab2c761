using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>A run at one of its steps: what a checkpoint holds, without knowing the trainer or the file.</summary>
/// <param name="Identity">What must be the same for a run to be resumed.</param>
/// <param name="Step">The number of steps that were done.</param>
/// <param name="Sums">The epoch in progress.</param>
/// <param name="Epochs">The epochs that were done.</param>
/// <param name="StopReason">Why training was to end early; null if it was not.</param>
/// <param name="Best">The best weights that it carries.</param>
/// <param name="Tensors">Where the file holds the tensors.</param>
/// <param name="Optimizer">Where the file holds the optimizer's state.</param>
internal sealed record TrainingSnapshot(
    TrainingIdentity Identity,
    long Step,
    EpochSumValues Sums,
    IReadOnlyList<EpochSummary> Epochs,
    string? StopReason,
    IReadOnlyList<BestEntry> Best,
    IReadOnlyList<TensorEntry> Tensors,
    FileRange Optimizer)
{
    public const string ModelSection = "model";
    public const string StrategySection = "strategy";
    public const string RandomSection = "random";
    public const string BestSection = "best ";
    public const string CallbackSection = "callback ";

    /// <summary>The name of a process's random state.</summary>
    public static string RandomName(int rank) => rank == 0 ? "" : rank.ToString(CultureInfo.InvariantCulture);

    private static readonly JsonSerializerOptions Format = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>The tensors of a snapshot that is about to be written, by section and name.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, Tensor>> Sections { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, Tensor>>();

    /// <exception cref="JsonException">It is none, or incomplete.</exception>
    public static TrainingSnapshot Parse(byte[] json)
    {
        var content = JsonSerializer.Deserialize<TrainingSnapshot>(json, Format) ?? throw new JsonException("null");
        foreach (var tensor in content.Tensors)
        {
            tensor.Check();
        }

        return content;
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(
        this with { Epochs = Epochs.Select(WithKnownScores).ToArray() }, Format);

    private static EpochSummary WithKnownScores(EpochSummary epoch) => epoch.Validation is not { } validation
        ? epoch
        : epoch with
        {
            Validation = validation with
            {
                Fused = Known(validation.Fused),
                Unimodal = validation.Unimodal?.Select(Known).ToArray(),
            },
        };

    /// <summary>Scores of a task that the library does not know keep what every task has.</summary>
    private static TaskScores Known(TaskScores scores) =>
        scores is ClassificationScores or MultiLabelScores or RegressionScores
            ? scores
            : new OtherScores(scores.Samples, scores.Primary) { Loss = scores.Loss };
}

/// <summary>Best weights.</summary>
/// <param name="Name">Of what; the tensors' section.</param>
/// <param name="Epoch">When they were best.</param>
/// <param name="Score">How good.</param>
internal sealed record BestEntry(string Name, int Epoch, double Score);
