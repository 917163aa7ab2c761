using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AudioVisualDigits.Data;
using AudioVisualDigits.Results;
using ModalityBalance.Training;
using Spectre.Console;

namespace Papers;

/// <summary>The program without its process: lists the tables and figures of the three papers, and runs those that can be
/// had.</summary>
/// <param name="output">Where tables go.</param>
/// <param name="error">Where the one sentence goes that says what is wrong.</param>
internal sealed class PapersProgram(TextWriter output, TextWriter error)
{
    public const int Success = 0;
    public const int Diverged = 1;
    public const int BadInput = 2;
    public const int Canceled = 130;

    private const int Width = 400;
    private const string None = "-";
    private const string ListName = "list";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Runs the program; no arguments at all mean the list.</summary>
    public int Run(string[] args, CancellationToken cancellation = default)
    {
        try
        {
            return Invoke(args.Length > 0 ? args : [ListName], cancellation);
        }
        catch (BadInputException e)
        {
            error.WriteLine(e.Message);
            return BadInput;
        }
        catch (NonFiniteException e)
        {
            error.WriteLine($"A method diverged, and the table cannot be filled. {e.Message}");
            return Diverged;
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("Canceled. Finished runs are kept: the same command resumes after them.");
            return Canceled;
        }
    }

    private int Invoke(string[] args, CancellationToken cancellation)
    {
        var list = new Command(ListName, "Shows every table and figure, and what stands in for its data.");
        list.SetAction(_ => List());
        var item = new Argument<string>("item") { Description = "Its name in the list, such as mmpareto-table-3." };
        var data = new Option<string?>("--data") { Description = "The folder with mnist and fsdd in it.", HelpName = "folder" };
        var seeds = new Option<int>("--seeds") { Description = "How many seeds. [default: 1]", DefaultValueFactory = _ => 1 };
        var quick = new Option<bool>("--quick") { Description = "Few samples and epochs, to see that it works." };
        var folder = new Option<string>("--out") { Description = "Folder for results. [default: out]", DefaultValueFactory = _ => "out" };
        var run = new Command("run", "Trains what a table or figure needs, and prints our figures beside the paper's.")
        {
            item, data, seeds, quick, folder,
        };
        run.SetAction(parsed =>
        {
            int count = parsed.GetValue(seeds);
            if (count < 1)
                throw new BadInputException($"--seeds must be at least 1, but is {count}.");
            var chosen = Of(parsed.GetRequiredValue(item));
            RunItem(chosen, new RunRequest(
                parsed.GetValue(data),
                count,
                parsed.GetValue(quick),
                FolderOf(chosen.Id),
                FolderOf(parsed.GetValue(data) is null ? "digits" : "digits-real"),
                FolderOf(parsed.GetValue(data) is null ? "runs" : "runs-real"),
                cancellation));

            string FolderOf(string name) =>
                Path.Combine(parsed.GetRequiredValue(folder), name + (parsed.GetValue(quick) ? "-quick" : ""));
        });
        var root = new RootCommand("The experiments of the I2MCL, MMPareto and G2D papers, on data that is at hand.") { list, run };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
            throw new BadInputException(parsed.Errors[0].Message);
        return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
    }

    private void List()
    {
        var table = new Table().AddColumns("item", "shows", "here");
        foreach (var item in Catalogue.All)
        {
            string here = (item.Run is null ? "" : "run: ") + item.StandIn;
            table.AddRow(item.Id.EscapeMarkup(), item.Shows.EscapeMarkup(), here.EscapeMarkup());
        }

        Show(table);
    }

    private static PaperItem Of(string id)
    {
        var item = Catalogue.All.SingleOrDefault(one => one.Id == id)
            ?? throw new BadInputException($"The item must be one of the list (Papers list), but is '{id}'.");
        return item.Run is null ? throw new BadInputException($"'{id}' cannot be run: {item.StandIn}.") : item;
    }

    private void RunItem(PaperItem item, RunRequest request)
    {
        if (item.NeedsData && request.DataFolder is null)
            throw new BadInputException($"--data must be given for '{item.Id}', the folder of the real digits, but is not.");
        var result = item.Run!(request);
        var table = new Table().AddColumns(
            ["method", .. result.Columns, .. item.Published.Select(column => $"paper: {column.Name}")]);
        foreach (var row in result.Rows)
        {
            table.AddRow(
            [
                row.Method.EscapeMarkup(),
                .. row.Values.Select(Text),
                .. item.Published.Select(column => column.Values.TryGetValue(row.Method, out double figure) ? Text(figure) : None),
            ]);
        }

        output.WriteLine($"{item.Id}: {item.Shows} ({item.StandIn})");
        Show(table);
        ResultFile.Write(Path.Combine(request.Folder, "table.json"), JsonSerializer.Serialize(
            new
            {
                item.Id,
                item.Shows,
                item.StandIn,
                request.Seeds,
                Quick = request.IsQuick,
                result.Columns,
                result.Rows,
                result.Axes,
                item.Published,
            },
            Format));
        foreach (var (name, chart) in ResultChart.Of(item, result))
        {
            ResultFile.Write(Path.Combine(request.Folder, $"{name}.svg"), chart.ToSvg());
        }
    }

    private static string Text(Statistic? value) => value switch
    {
        null => None,
        { Deviation: { } deviation } => $"{Text(value.Mean)} ± {Text(deviation)}",
        _ => Text(value.Mean),
    };

    private static string Text(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    private void Show(Table table) => PlainTable.Write(output, table, Width);
}
