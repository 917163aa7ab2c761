using ModalityBalance.Distributed;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Support;

/// <summary>Threads that stand for the processes of a group.</summary>
internal static class ProcessThreads
{
    // A test fails by then instead of waiting for a member that does not come.
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(60);

    /// <summary>The members of a group; for one, the single process.</summary>
    public static IReadOnlyList<ProcessGroup> Group(int size) =>
        size == 1 ? [ProcessGroup.SingleProcess] : InProcessGroup.Create(size, TimeLimit);

    /// <summary>Does the same in every member, each on a thread and in a dispose scope of its own. None must throw.</summary>
    public static T[] Run<T>(IReadOnlyList<ProcessGroup> members, Func<ProcessGroup, T> action)
    {
        var results = new T[members.Count];
        var failures = new Exception?[members.Count];
        var threads = members.Select((member, i) => new Thread(() => failures[i] = Record.Exception(() =>
        {
            using var scope = NewDisposeScope();
            results[i] = action(member);
        }) is { } failure ? Left(member, failure) : null)).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        failures.Should().AllSatisfy(failure => failure.Should().BeNull());
        foreach (var member in members)
        {
            member.Dispose();
        }

        return results;
    }

    /// <summary>Leaves the group after a failure, so that the others fail at once.</summary>
    private static Exception Left(ProcessGroup member, Exception failure)
    {
        member.Dispose();
        return failure;
    }
}
