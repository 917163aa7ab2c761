using AudioVisualDigits.Data;
using AudioVisualDigits.Experiments;
using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Teachers;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace Papers;

/// <summary>Networks that are trained on the embedded or the real digits by the recipe of that task, to be measured
/// afterwards.</summary>
/// <param name="request">What the user asks for.</param>
/// <param name="fusion">The fusion, by its name in the registry.</param>
/// <param name="epochs">How many epochs of the recipe; null for all.</param>
internal sealed class TrainedDigits(RunRequest request, string fusion = "late", int? epochs = null)
{
    private readonly AudioVisualDigitSet _digits = DigitsExperiment.Digits(request);

    private readonly RunSettings _settings = Recipe.For(request.DataFolder).ToSettings(fusion, request.IsQuick ? 1 : epochs);

    /// <summary>Gets the data of a seed. It belongs to the open dispose scope.</summary>
    public DigitData Data(int seed) => DigitData.Of(_digits, _settings, seed);

    /// <summary>Trains a network.</summary>
    /// <param name="data">That of the seed.</param>
    /// <param name="strategy">Its name in the registry.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="teachers">Those that it learns from; null for none.</param>
    /// <param name="callbacks">Watch the training.</param>
    /// <returns>The caller owns it.</returns>
    public MultimodalModel Train(
        DigitData data, string strategy, int seed, ITeacherSource? teachers = null, params IReadOnlyList<TrainingCallback> callbacks)
    {
        var rule = Strategy(strategy);
        using var state = rule as IDisposable;
        return Train(data, rule, seed, teachers, callbacks);
    }

    /// <summary>Trains a network by a strategy that the caller owns.</summary>
    /// <inheritdoc cref="Train(DigitData, string, int, ITeacherSource?, IReadOnlyList{TrainingCallback})"/>
    public MultimodalModel Train(
        DigitData data, IGradientStrategy strategy, int seed, ITeacherSource? teachers = null, params IReadOnlyList<TrainingCallback> callbacks)
    {
        var model = Build(seed);
        Fit(model, strategy, data.Train, seed, teachers, callbacks);
        return model;
    }

    /// <summary>Makes an untrained network.</summary>
    /// <returns>The caller owns it.</returns>
    public MultimodalModel Build(int seed)
    {
        random.manual_seed((1000L * seed) + 500);
        return DigitModel.Build(FusionEntry.Of(_settings.Fusion), _settings.ToType());
    }

    /// <summary>Trains a network of the caller's by the recipe.</summary>
    /// <param name="model">The network.</param>
    /// <param name="strategy">How it learns.</param>
    /// <param name="train">What it learns from.</param>
    /// <param name="seed">Of the batches.</param>
    /// <param name="teachers">Those that it learns from; null for none.</param>
    /// <param name="callbacks">Watch the training.</param>
    public void Fit(
        IMultimodalModel model,
        IGradientStrategy strategy,
        MultimodalDataset train,
        int seed,
        ITeacherSource? teachers = null,
        params IReadOnlyList<TrainingCallback> callbacks) =>
        new Trainer(model, DigitData.Task, strategy, _settings.ToTrainerOptions(callbacks, teachers))
            .Fit(train.Shuffled(_settings.BatchSize, seed), null, request.Cancellation);

    /// <summary>Makes a strategy of the registry, in its setting for these digits.</summary>
    public IGradientStrategy Strategy(string name) => StrategyRegistry.Of(name).Create(new StrategyContext(_settings));

    /// <summary>Opens the teachers of a seed, after training them if the comparisons on the digits have left none.</summary>
    /// <returns>The caller owns them.</returns>
    public UnimodalEnsemble Teachers(DigitData data, int seed)
    {
        var (teachers, outputs) = new TeacherStore(_settings, request.DigitsFolder, _digits.Name)
            .OpenNetworks(data, seed, new Silent(), request.Cancellation);
        outputs.Dispose();
        return teachers;
    }
}
