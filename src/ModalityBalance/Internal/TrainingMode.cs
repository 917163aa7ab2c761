using static TorchSharp.torch;

namespace ModalityBalance.Internal;

/// <summary>Puts a module into training mode and, on disposal, each of its parts into the mode that it had.</summary>
/// <remarks>A part in evaluation mode whose parameters are all frozen, and that has any, stays in evaluation mode with all its
/// parts: the statistics and dropout of a frozen encoder are its owner's choice.</remarks>
internal sealed class TrainingMode : IDisposable
{
    private readonly (nn.Module Module, bool Training)[] _modes;

    private TrainingMode(nn.Module module)
    {
        _modes = Modes(module);
        var kept = Frozen(module).SelectMany(Modes).ToArray();
        module.train(true);
        Restore(kept);
    }

    public static TrainingMode Enter(nn.Module module) => new(module);

    public void Dispose() => Restore(_modes);

    /// <summary>Parents come before their parts, so that a part's own mode is set last.</summary>
    private static (nn.Module Module, bool Training)[] Modes(nn.Module module) =>
        [.. module.modules().Prepend(module).Select(part => (part, part.training))];

    private static void Restore((nn.Module Module, bool Training)[] modes)
    {
        foreach (var (module, training) in modes)
        {
            module.train(training);
        }
    }

    private static IEnumerable<nn.Module> Frozen(nn.Module module)
    {
        var parameters = module.parameters().ToArray();
        if (!module.training && parameters.Length > 0 && parameters.All(parameter => !parameter.requires_grad))
        {
            return [module];
        }

        return module.children().SelectMany(Frozen);
    }
}
