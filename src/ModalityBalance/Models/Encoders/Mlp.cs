using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>A multilayer perceptron for feature vectors, [batch, inputs]: linear layers with ReLU between them. The
/// representation is the last layer's output.</summary>
public sealed class Mlp : EncoderModule
{
    private readonly Sequential _layers;

    /// <summary>Builds the layers with TorchSharp's default initialization.</summary>
    /// <param name="widths">Sizes of input, hidden layers and representation: at least two, each at least 1.</param>
    /// <exception cref="ArgumentException">Fewer than two sizes, or a size below 1.</exception>
    public Mlp(params IReadOnlyList<long> widths)
        : base(nameof(Mlp), [Checked(widths)[0]], widths[^1])
    {
        var layers = new List<(string, nn.Module<Tensor, Tensor>)>();
        for (int i = 1; i < widths.Count; i++)
        {
            layers.Add(($"linear{i - 1}", nn.Linear(widths[i - 1], widths[i])));
            if (i < widths.Count - 1)
            {
                layers.Add(($"relu{i - 1}", nn.ReLU()));
            }
        }

        _layers = nn.Sequential(layers);
        register_module("layers", _layers);
    }

    /// <inheritdoc/>
    private protected override Tensor Run(Tensor input) => _layers.call(input);

    private static IReadOnlyList<long> Checked(IReadOnlyList<long> widths)
    {
        ArgumentNullException.ThrowIfNull(widths);
        return widths.Count >= 2 && widths.All(width => width >= 1)
            ? widths
            : throw new ArgumentException(
                $"widths must hold at least two sizes of at least 1, but is [{string.Join(", ", widths)}].",
                nameof(widths));
    }
}
