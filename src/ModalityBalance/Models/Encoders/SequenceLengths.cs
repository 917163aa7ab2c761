using ModalityBalance.Internal;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// The true steps of padded sequences. What stands in the padding is cleared before it is encoded, and left out when the
/// steps become one representation.
/// </summary>
internal sealed class SequenceLengths
{
    private readonly Tensor? _values;
    private readonly long _time;

    /// <summary>Keeps the lengths; <see cref="Check"/> says whether they are right.</summary>
    /// <param name="values">Int64 [batch]; null where every sequence is full length.</param>
    /// <param name="time">Steps with padding.</param>
    public SequenceLengths(Tensor? values, long time)
    {
        (_values, _time) = (values, time);
        if (values is not null)
        {
            Padding = arange(time, device: values.device).unsqueeze(0).ge(values.unsqueeze(1));
        }
    }

    /// <summary>Bool [batch, time], true in the padding; null where there is none.</summary>
    public Tensor? Padding { get; }

    /// <summary>Refuses lengths that do not fit the input. Values are read on the CPU only: on another device that would make
    /// every step wait for it, and <see cref="Last"/> and <see cref="Mean"/> return NaN for a length out of range.</summary>
    public static void Check(Tensor lengths, Tensor input, string encoder)
    {
        var (batch, time) = (input.shape[0], input.shape[1]);
        if (lengths.dtype != ScalarType.Int64 || lengths.dim() != 1 || lengths.shape[0] != batch
            || lengths.device.type != input.device.type || lengths.device.index != input.device.index)
        {
            throw new ArgumentException(
                $"lengths of {encoder} must be Int64 [{batch}] on {input.device}, one per sequence, but is {lengths.Kind()}.",
                nameof(lengths));
        }

        if (lengths.device.type == DeviceType.CPU)
        {
            using var scope = NewDisposeScope();
            var outside = lengths.lt(1).logical_or(lengths.gt(time));
            if (outside.any().item<bool>())
            {
                long row = outside.to(ScalarType.Int64).argmax().item<long>();
                throw new ArgumentException(
                    $"lengths of {encoder} must lie in [1, {time}], the steps of the input, but lengths[{row}] is "
                    + $"{lengths[row].item<long>()}.", nameof(lengths));
            }
        }
    }

    /// <summary>The same with zeros in the padding, whatever it held.</summary>
    /// <param name="steps">[batch, time] or [batch, time, features].</param>
    public Tensor Clear(Tensor steps) =>
        Padding is null ? steps : steps.masked_fill(steps.dim() == 2 ? Padding : Padding.unsqueeze(2), 0);

    /// <summary>The state at each sequence's last true step.</summary>
    /// <param name="states">[batch, time, features].</param>
    /// <returns>[batch, features].</returns>
    public Tensor Last(Tensor states)
    {
        if (_values is null)
        {
            return states.select(1, _time - 1);
        }

        // Clamped so that no index is out of bounds, which would end the work of a CUDA device.
        var last = (_values - 1).clamp(0, _time - 1).view(-1, 1, 1).expand(-1, 1, states.shape[2]);
        return Marked(states.gather(1, last).squeeze(1));
    }

    /// <summary>The mean over each sequence's true steps.</summary>
    /// <inheritdoc cref="Last"/>
    public Tensor Mean(Tensor states) => _values is null
        ? states.mean([1L])
        : Marked(Clear(states).sum([1L]) / _values.unsqueeze(1).to(states.dtype));

    private Tensor Marked(Tensor representations)
    {
        var outside = _values!.lt(1).logical_or(_values.gt(_time));
        return representations.masked_fill(outside.unsqueeze(1), double.NaN);
    }
}
