using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks;

/// <summary>step-cost: a step of every strategy against joint training, in one process.</summary>
internal static class StepCostCommand
{
    private static readonly JsonSerializerOptions Format =
        new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var encoders = new Option<string>("--encoders") { DefaultValueFactory = _ => "cnn" };
        encoders.AcceptOnlyFromAmong("cnn", "resnet18");
        var modalities = Number("--modalities", 2);
        var batch = Number("--batch", 16);
        var rounds = Number("--rounds", 40);
        var threads = Number("--threads", Environment.ProcessorCount);
        var device = new Option<string>("--device") { DefaultValueFactory = _ => "cpu" };
        device.AcceptOnlyFromAmong("cpu", "cuda");
        var json = new Option<string?>("--json");
        var command = new Command("step-cost", "A step of every strategy against joint training.")
        {
            encoders, modalities, batch, rounds, threads, device, json,
        };
        command.SetAction(parsed =>
        {
            set_num_threads(parsed.GetValue(threads));
            var setting = new StepSetting(
                parsed.GetValue(encoders)!, parsed.GetValue(modalities), parsed.GetValue(batch), parsed.GetValue(device)!);
            var costs = new StepRounds(setting, parsed.GetValue(rounds)).Run();
            foreach (var cost in costs.OrderBy(cost => cost.Ratio))
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{cost.Strategy,-12} {cost.Phase,-12} {cost.Milliseconds,10:F2} ms {cost.Ratio,8:F3}"));
            }

            if (parsed.GetValue(json) is { } path)
            {
                File.WriteAllText(path, JsonSerializer.Serialize(costs, Format));
            }
        });
        return command;
    }

    private static Option<int> Number(string name, int value) => new(name) { DefaultValueFactory = _ => value };
}
