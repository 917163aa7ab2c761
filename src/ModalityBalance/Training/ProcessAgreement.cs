using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModalityBalance.Distributed;
using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>Communication between the processes of a training besides sums. Does nothing with one process.</summary>
internal sealed class ProcessAgreement(ProcessGroup processes)
{
    private bool IsAlone => processes.Size == 1;

    /// <summary>A number of process 0.</summary>
    public double FromFirst(double number)
    {
        if (IsAlone)
        {
            return number;
        }

        using var scope = NewDisposeScope();
        var shared = tensor(number, ScalarType.Float64);
        processes.Broadcast(shared);
        return shared.data<double>().ToArray()[0];
    }

    /// <summary>A text of one process; null stays null.</summary>
    public string? FromOne(string? text, int source = 0)
    {
        if (IsAlone)
        {
            return text;
        }

        using var scope = NewDisposeScope();
        byte[] own = Encoding.UTF8.GetBytes(text ?? "");
        var length = tensor(text is null ? -1L : own.LongLength);
        processes.Broadcast(length, source);
        long count = length.data<long>().ToArray()[0];
        if (count < 0)
        {
            return null;
        }

        var bytes = zeros(count, ScalarType.Int64);
        if (processes.Rank == source)
        {
            bytes.copy_(tensor([.. own.Select(value => (long)value)]));
        }

        processes.Broadcast(bytes, source);
        return Encoding.UTF8.GetString([.. bytes.data<long>().ToArray().Select(value => (byte)value)]);
    }

    /// <summary>Whether something holds in any process.</summary>
    public bool AnyOf(bool holds)
    {
        if (IsAlone)
        {
            return holds;
        }

        using var scope = NewDisposeScope();
        var count = tensor(holds ? 1L : 0L);
        processes.Sum(count);
        return count.data<long>().ToArray()[0] > 0;
    }

    /// <summary>The parameters and buffers of process 0 for all.</summary>
    public void ShareState(nn.Module module) => processes.BroadcastAll(module.state_dict().Values);

    /// <summary>The states of all processes' random number generators, in the order of the processes. The open dispose scope owns
    /// them.</summary>
    /// <param name="own">Bytes; the same number in every process.</param>
    public IReadOnlyList<Tensor> RandomStates(Tensor own)
    {
        var all = processes.Gather(own.to(ScalarType.Int64).contiguous()).to(ScalarType.Byte);
        return [.. all.reshape(processes.Size, -1).unbind().Select(state => state.clone())];
    }

    /// <summary>Refuses processes that are to train something else than process 0.</summary>
    /// <exception cref="ArgumentException">The message lists the differences of the first such process.</exception>
    public void CheckSame(TrainingIdentity identity, string options)
    {
        using var scope = NewDisposeScope();
        string text = JsonSerializer.Serialize(identity);
        long digest = BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(text + options)));
        long[] digests = processes.Gather(tensor(new[] { digest })).data<long>().ToArray();
        int other = Array.FindIndex(digests, value => value != digests[0]);
        if (other < 0)
        {
            return;
        }

        var first = JsonSerializer.Deserialize<TrainingIdentity>(FromOne(text)!)!;
        var second = JsonSerializer.Deserialize<TrainingIdentity>(FromOne(text, other)!)!;
        string[] differences = first.DifferencesFrom(second, $"in process {other}");
        var (firstOptions, otherOptions) = (FromOne(options), FromOne(options, other));
        if (firstOptions != otherOptions)
        {
            differences = [.. differences, $"The options are {firstOptions}, but in process {other} they are {otherOptions}."];
        }

        throw new ArgumentException(
            $"All processes must train the same, but process {other} does not:{Environment.NewLine}"
            + string.Join(Environment.NewLine, differences.Select(difference => $"- {difference}")));
    }
}
