using System.CommandLine;
using ModalityBalance.Benchmarks.CommandLine;
using ModalityBalance.Benchmarks.Equality;
using ModalityBalance.Benchmarks.Ghost;
using ModalityBalance.Benchmarks.Loop;
using ModalityBalance.Benchmarks.Memory;
using ModalityBalance.Benchmarks.Parallel;
using ModalityBalance.Benchmarks.Scaling;
using ModalityBalance.Benchmarks.Solvers;
using ModalityBalance.Benchmarks.Steps;

namespace ModalityBalance.Benchmarks;

/// <summary>The program without its process: reads a command line, writes to two writers, gives an exit code.</summary>
/// <param name="output">Where results go.</param>
/// <param name="error">Where the one sentence goes that says what is wrong.</param>
internal sealed class BenchmarkProgram(TextWriter output, TextWriter error)
{
    public const int BadInput = 2;

    public int Run(params string[] args)
    {
        try
        {
            return Invoke(args);
        }
        catch (BadInputException e)
        {
            error.WriteLine(e.Message);
            return BadInput;
        }
    }

    private int Invoke(string[] args)
    {
        var root = new RootCommand("Measures what the strategies and the loop cost.")
        {
            StepCostCommand.Create(output),
            MemoryCommand.Create(output),
            MemoryCommand.CreateChild(output),
            ScalingCommand.Create(output),
            SolversCommand.Create(output),
            EqualityCommand.Create(output),
            CheckpointCommand.Create(output),
            ObserverCommand.Create(output),
            EnduranceCommand.Create(output),
            KillCommand.Create(output),
            KillChild.Create(output),
            DataParallelCommand.Create(output),
            DataParallelChild.Create(output),
            EfficiencyCommand.Create(output),
            GhostCommand.Create(output),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            var names = root.Subcommands.Where(command => !command.Hidden).Select(command => command.Name);
            throw new BadInputException(parsed.CommandResult.Command == root
                ? $"The first argument must be one of {string.Join(", ", names)}."
                : parsed.Errors[0].Message);
        }

        return parsed.Invoke(new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
        });
    }
}
