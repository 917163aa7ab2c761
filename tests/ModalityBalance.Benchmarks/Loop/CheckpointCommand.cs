using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using ModalityBalance.Benchmarks.CommandLine;
using ModalityBalance.Benchmarks.Networks;
using ModalityBalance.Benchmarks.Steps;
using ModalityBalance.Training;

namespace ModalityBalance.Benchmarks.Loop;

/// <summary>checkpoint: how large a checkpoint is, and how long it takes to write, to check and to load.</summary>
internal static class CheckpointCommand
{
    private const int Repetitions = 5;

    public static Command Create(TextWriter output)
    {
        var network = new NetworkOptions();
        var command = new Command("checkpoint", "Size and seconds of a checkpoint with momentum and best weights.");
        network.AddTo(command);
        command.SetAction(parsed =>
        {
            var setting = network.Apply(parsed);
            var json = network.Machine.File(parsed);
            var cost = Measure(setting);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{cost.Mebibytes:F1} MiB, written in {cost.WriteSeconds:F3} s, found in {cost.FindSeconds:F3} s, "
                + $"loaded in {cost.LoadSeconds:F3} s"));
            json?.Write(new[] { cost });
        });
        return command;
    }

    private static CheckpointCost Measure(StepSetting setting)
    {
        using var folder = new ScratchFolder();
        using var run = new LoopRun(setting, stepsPerEpoch: 1);
        string path = Path.Combine(folder.Path, "step-000000000002" + Checkpoint.Extension);
        var saving = new SaveClock(path);
        run.Train(StrategyCase.Joint, 2, validate: true, resumeFrom: null, saving);
        return new CheckpointCost(
            setting.Encoders,
            setting.Modalities,
            new FileInfo(path).Length / (1024.0 * 1024),
            saving.Seconds,
            Median.Of(Times(() => Checkpoint.FindNewest(folder.Path))),
            Median.Of(Times(() => Checkpoint.LoadModel(path, run.Model))));
    }

    /// <summary>Saves a run when momentum and best weights are there. Files are written after the hook that asks for them, so
    /// that the clock stops in the next one.</summary>
    private sealed class SaveClock(string path) : TrainingCallback
    {
        private long _start;

        /// <summary>Per file.</summary>
        public double Seconds { get; private set; }

        public override void OnEpochEnd(EpochSummary summary)
        {
            if (Run.Epoch == Run.Epochs)
            {
                _start = Stopwatch.GetTimestamp();
                for (int i = 0; i < Repetitions; i++)
                {
                    Run.Save(path);
                }
            }
        }

        public override void OnFitEnd(TrainingResult result) => Seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds / Repetitions;
    }

    private static double[] Times(Action work) => Enumerable.Range(0, Repetitions).Select(_ =>
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }).ToArray();
}

/// <summary>What a checkpoint costs: the mean of writing, medians of reading.</summary>
/// <param name="Encoders">Kind of all encoders.</param>
/// <param name="Modalities">Number of encoders.</param>
/// <param name="Mebibytes">Size of the file: parameters, momentum, best weights.</param>
/// <param name="WriteSeconds">To write it, flushed to the disk.</param>
/// <param name="FindSeconds">To find and check it.</param>
/// <param name="LoadSeconds">To check it and load the weights.</param>
internal sealed record CheckpointCost(
    EncoderKind Encoders, int Modalities, double Mebibytes, double WriteSeconds, double FindSeconds, double LoadSeconds);
