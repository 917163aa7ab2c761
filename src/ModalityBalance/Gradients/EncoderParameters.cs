using ModalityBalance.Internal;
using ModalityBalance.Models;
using static TorchSharp.torch;

namespace ModalityBalance.Gradients;

/// <summary>One encoder's parameters that require a gradient, and which of them its output depends on.</summary>
internal sealed class EncoderParameters(IMultimodalModel model, int modality)
{
    private readonly Tensor[] _parameters = model.EncoderParameters(modality)
        .Where(parameter => parameter.requires_grad).ToArray<Tensor>();

    private bool[]? _reached;

    /// <summary>Whether there is one.</summary>
    public bool Any => _parameters.Length > 0;

    /// <summary>A vector-Jacobian product into all of them; zeros for those that the output does not depend on, which
    /// are remembered.</summary>
    public Tensor[] Product(Tensor output, Tensor cotangent, bool keepGraph)
    {
        if (!Any)
        {
            return [];
        }

        var gradients = autograd.grad([output], _parameters, [cotangent], keepGraph, allow_unused: true);
        _reached ??= new bool[_parameters.Length];
        for (int i = 0; i < _parameters.Length; i++)
        {
            _reached[i] |= gradients[i] is { IsInvalid: false };
        }

        return gradients.Zip(_parameters, EncoderForward.OrZeros).ToArray();
    }

    /// <summary>Sets the gradients; null, not zero, for parameters that no product has reached, so that neither
    /// momentum nor weight decay moves them.</summary>
    public void Set(IReadOnlyList<Tensor> gradients)
    {
        if (gradients.Count != _parameters.Length)
        {
            throw new ArgumentException(
                $"gradients for the encoder of '{model.Modalities[modality]}' must be as many as its parameters that "
                + $"require one, {_parameters.Length}, but are {gradients.Count}.", nameof(gradients));
        }

        for (int i = 0; i < _parameters.Length; i++)
        {
            if (!gradients[i].IsLike(_parameters[i]))
            {
                throw new ArgumentException(
                    $"gradients[{i}] for the encoder of '{model.Modalities[modality]}' must be "
                    + $"{_parameters[i].Kind()}, as the parameter is, but is {gradients[i].Kind()}.",
                    nameof(gradients));
            }
        }

        for (int i = 0; i < _parameters.Length; i++)
        {
            _parameters[i].grad = _reached?[i] == false ? null : gradients[i];
        }
    }
}
