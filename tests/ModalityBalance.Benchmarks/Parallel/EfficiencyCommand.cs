using System.CommandLine;
using System.Globalization;
using ModalityBalance.Benchmarks.CommandLine;

namespace ModalityBalance.Benchmarks.Parallel;

/// <summary>efficiency: what share of its time each of many processes computes, from measured numbers of one.</summary>
internal static class EfficiencyCommand
{
    private const double MegaBytes = 1e6;
    private const double GigaBytes = 1e9;

    // A sum moves its bytes twice around a ring; the Pareto methods scatter two gradients and gather one.
    private const double PlainPasses = 2;
    private const double ParetoPasses = 3;

    // Of a step: the encoders go backward for two thirds of it.
    private const double BackwardShare = 2.0 / 3;

    public static Command Create(TextWriter output)
    {
        var step = Choices.Number("--step-ms", "Milliseconds of a joint step of one process.", 60, 1, 1_000_000);
        var size = Choices.Number("--gradient-mb", "Megabytes of the gradients.", 89, 1, 1_000_000);
        var link = Choices.Number("--link-gbs", "Gigabytes per second between processes.", 25, 1, 100_000);
        var encoders = Choices.Number("--modalities", "Encoders of equal size.", 2, 1, 64);
        var command = new Command("efficiency", "The share of its time that each of many processes computes, on paper.")
        {
            step,
            size,
            link,
            encoders,
        };
        command.SetAction(parsed =>
        {
            double seconds = parsed.GetValue(step) / 1000.0;
            double transfer = parsed.GetValue(size) * MegaBytes / (parsed.GetValue(link) * GigaBytes);
            int modalities = parsed.GetValue(encoders);
            output.WriteLine($"{"processes",9} {"in turn",9} {"overlap",9} {"Pareto in turn",15} {"Pareto overlap",15}");
            for (int processes = 2; processes <= 1024; processes *= 2)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{processes,9} {InTurn(PlainPasses),9:F3} {Overlapped(PlainPasses),9:F3} {InTurn(ParetoPasses),15:F3} {Overlapped(ParetoPasses),15:F3}"));

                double InTurn(double passes) => Efficiency.InTurn(seconds, transfer * passes, processes);

                double Overlapped(double passes) =>
                    Efficiency.Overlapped(seconds, seconds * BackwardShare, transfer * passes, modalities, processes);
            }
        });
        return command;
    }
}

/// <summary>The share of a step in which a process computes, without latency, in rings.</summary>
internal static class Efficiency
{
    /// <summary>Sums after the step.</summary>
    /// <param name="step">Seconds of computing.</param>
    /// <param name="transfer">Seconds of moving all bytes once over a link.</param>
    /// <param name="processes">How many.</param>
    public static double InTurn(double step, double transfer, int processes) =>
        step / (step + (transfer * (processes - 1) / processes));

    /// <summary>The sum of each encoder runs while the next goes backward.</summary>
    /// <param name="step">Seconds of computing.</param>
    /// <param name="backward">How many of them the encoders go backward, one after the other at the end of the step.</param>
    /// <param name="transfer">Seconds of moving all bytes once over a link.</param>
    /// <param name="encoders">How many, of equal size.</param>
    /// <param name="processes">How many.</param>
    public static double Overlapped(double step, double backward, double transfer, int encoders, int processes)
    {
        double sum = transfer * (processes - 1) / processes / encoders;
        double end = 0;
        for (int i = 1; i <= encoders; i++)
        {
            end = Math.Max(end, step - backward + (backward * i / encoders)) + sum;
        }

        return step / end;
    }
}
