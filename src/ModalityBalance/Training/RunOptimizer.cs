using System.Globalization;
using ModalityBalance.Internal;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>The optimizer of a run: its learning rates, with the strategy's factors, and its restarts.</summary>
internal sealed class RunOptimizer : IDisposable
{
    private readonly IMultimodalModel _model;
    private readonly IGradientStrategy _strategy;
    private readonly TrainerOptions _options;
    private readonly Lazy<int?[]> _groupOwners;
    private string[] _leftOutAtStart = [];
    private bool _resetIsDue;

    /// <summary>Makes the optimizer.</summary>
    /// <exception cref="ArgumentException">It is null, of another model, or already used.</exception>
    public RunOptimizer(IMultimodalModel model, IGradientStrategy strategy, TrainerOptions options)
    {
        (_model, _strategy, _options) = (model, strategy, options);
        Optimizer = TrainingValidator.CheckOptimizer(options.Optimizer(model), model, strategy);
        Rates = new LearningRates(Optimizer, options);
        _groupOwners = new Lazy<int?[]>(
            () => [.. Optimizer.ParamGroups.OfType<ParamGroup>().Select(group => ModelParts.Owner(model, group))]);
    }

    /// <summary>The optimizer.</summary>
    public optim.Optimizer Optimizer { get; }

    /// <summary>Its learning rates.</summary>
    public LearningRates Rates { get; }

    /// <summary>Remembers which trainable parameters the optimizer leaves out, for the warnings.</summary>
    public void Start() => _leftOutAtStart = LeftOut();

    /// <summary>Moves the parameters.</summary>
    public void Step(long step) => Rates.StepOptimizer(
        step, _strategy.Requirements.HasFlag(StrategyRequirements.ParameterGroups) ? Scales() : null);

    /// <summary>Asks for a reset, which waits until the strategy's dispose scopes are closed.</summary>
    public void RequestReset() => _resetIsDue = true;

    /// <summary>Forgets a request, because the hook that made it failed.</summary>
    public void ForgetReset() => _resetIsDue = false;

    /// <summary>Resets the optimizer's state to that of a new one, if that was asked for. Learning rates stay.</summary>
    /// <exception cref="NotSupportedException">The optimizer is none of TorchSharp's own.</exception>
    public void ResetIfDue()
    {
        if (!_resetIsDue)
        {
            return;
        }

        _resetIsDue = false;
        if (Optimizer is not OptimizerHelper optimizer)
        {
            throw new NotSupportedException(
                $"{_strategy.Name} resets the optimizer, which must be one of TorchSharp's own, but is a {Optimizer.GetType().Name}.");
        }

        using var fresh = (OptimizerHelper)TrainingValidator.CheckOptimizer(_options.Optimizer(_model), _model, _strategy);
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        fresh.save_state_dict(writer);
        writer.Flush();
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        Rates.Keep(() => optimizer.load_state_dict(reader));
    }

    /// <summary>Sentences about parameters that the optimizer does not move although they are trainable.</summary>
    public IEnumerable<string> Warnings()
    {
        if (_leftOutAtStart.Length > 0)
        {
            yield return $"The optimizer leaves out {_leftOutAtStart.Length} trainable parameters, which stay as they are: "
                + $"{_leftOutAtStart.Capped()}. If that is intended, set their requires_grad to false.";
        }

        string[] later = [.. LeftOut().Except(_leftOutAtStart)];
        if (later.Length > 0)
        {
            yield return $"{later.Length} parameters became trainable during the run, but the optimizer does not hold them, so "
                + $"that they stayed as they were: {later.Capped()}. Give the optimizer all parameters from the start; frozen "
                + "ones do not move.";
        }
    }

    public void Dispose() => Optimizer.Dispose();

    private string[] LeftOut() => [.. TrainingValidator.LeftOut(Optimizer, _model.Root)];

    /// <summary>The strategy's factor of each parameter group.</summary>
    private double[] Scales() =>
    [
        .. _groupOwners.Value.Select(owner => _strategy.LearningRateScale(owner) is var scale && double.IsFinite(scale) && scale >= 0
            ? scale
            : throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{_strategy.Name}.LearningRateScale must return finite factors of at least 0, but returned {scale} for "
                + $"{(owner is { } m ? $"'{_model.Modalities[m]}'" : "the shared parameters")}."))),
    ];
}
