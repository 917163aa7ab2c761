using System.Text.Json;
using System.Text.Json.Serialization;
using ModalityBalance.Tasks;

namespace ModalityBalance.Training;

/// <summary>What a checkpoint says beside its tensors: the description of its file, JSON.</summary>
/// <param name="Identity">Of the run.</param>
/// <param name="Step">Steps that were done.</param>
/// <param name="Sums">The epoch under way.</param>
/// <param name="Epochs">The epochs that were done.</param>
/// <param name="StopReason">Why training was to end early; null if it was not.</param>
/// <param name="Observers">The states of observers that have one.</param>
/// <param name="Best">The best weights it carries.</param>
/// <param name="Tensors">All tensors.</param>
/// <param name="Optimizer">Where the optimizer's state is.</param>
internal sealed record CheckpointContent(
    TrainingIdentity Identity,
    long Step,
    EpochSumValues Sums,
    IReadOnlyList<EpochSummary> Epochs,
    string? StopReason,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Observers,
    IReadOnlyList<BestEntry> Best,
    IReadOnlyList<TensorEntry> Tensors,
    FileRange Optimizer)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>What a run has to say, and where its tensors were put.</summary>
    public static CheckpointContent Of(
        TrainingState state, IReadOnlyList<TensorEntry> tensors, FileRange optimizer) => new(
            state.Identity,
            state.Step,
            state.Sums.Read(),
            state.Epochs,
            state.StopReason,
            Keyed(state.Observers).Select(entry => (entry.Key, State: entry.Observer.GetState()))
                .Where(entry => entry.State.Count > 0).ToDictionary(entry => entry.Key, entry => entry.State),
            state.Carried.Where(entry => entry.Value.Epoch is not null)
                .Select(entry => new BestEntry(entry.Key, entry.Value.Epoch!.Value, entry.Value.Score)).ToArray(),
            tensors,
            optimizer);

    /// <summary>Observers with the key of their state: the type, and which of several of that type it is.</summary>
    public static IEnumerable<(string Key, ITrainingObserver Observer)> Keyed(
        IEnumerable<ITrainingObserver> observers) => observers
            .GroupBy(observer => observer.GetType().FullName)
            .SelectMany(group => group.Select((observer, i) => ($"{group.Key} {i}", observer)));

    /// <exception cref="JsonException">It is none, or incomplete.</exception>
    public static CheckpointContent Parse(byte[] json)
    {
        var content = JsonSerializer.Deserialize<CheckpointContent>(json, Format) ?? throw new JsonException("null");
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
            : new OtherScores(scores.Samples, scores.Primary);
}

/// <summary>Best weights.</summary>
/// <param name="Name">Of what; the tensors' section.</param>
/// <param name="Epoch">When they were best.</param>
/// <param name="Score">How good.</param>
internal sealed record BestEntry(string Name, int Epoch, double Score);
