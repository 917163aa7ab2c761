using static TorchSharp.torch;

namespace ModalityBalance.Internal;

/// <summary>Puts a module into evaluation mode and, on disposal, each of its parts back into the mode it had.</summary>
internal sealed class EvaluationMode : IDisposable
{
    private readonly (nn.Module Module, bool Training)[] _modes;

    private EvaluationMode(nn.Module module)
    {
        // Parents come before their parts, so that a part's own mode is set last.
        _modes = module.modules().Prepend(module).Select(part => (part, part.training)).ToArray();
        module.eval();
    }

    public static EvaluationMode Enter(nn.Module module) => new(module);

    public void Dispose()
    {
        foreach (var (module, training) in _modes)
        {
            module.train(training);
        }
    }
}
