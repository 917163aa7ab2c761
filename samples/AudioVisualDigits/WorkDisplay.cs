using Spectre.Console;

namespace AudioVisualDigits;

/// <summary>What the user sees: lines everywhere, and a bar under them while long work runs on a terminal.</summary>
internal sealed class WorkDisplay
{
    // Wider than any line, so that nothing wraps in a file.
    private const int FileWidth = 1000;

    private readonly IAnsiConsole _console;

    public WorkDisplay(TextWriter output)
    {
        var target = new AnsiConsoleOutput(output);
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = target,
            Ansi = target.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = target.IsTerminal },
        });
        if (target.IsTerminal)
            TerminalWidth = _console.Profile.Width;
        else
            _console.Profile.Width = FileWidth;
    }

    /// <summary>Gets the columns of the terminal; null where nobody watches.</summary>
    public int? TerminalWidth { get; }

    /// <summary>Writes one line, above the bar if there is one.</summary>
    public void Line(string text) => _console.WriteLine(text);

    /// <summary>Writes a table.</summary>
    public void Show(Table table) => _console.Write(table);

    /// <summary>Does long work.</summary>
    /// <param name="title">What it is.</param>
    /// <param name="work">The work; it reports the finished share, up to 1.</param>
    public T Run<T>(string title, Func<IProgress<double>, T> work) =>
        TerminalWidth is not null
            ? _console.Progress().AutoClear(true).Start(context => work(new Bar(context.AddTask(title, maxValue: 1))))
            : work(new Unseen());

    private sealed class Bar(ProgressTask task) : IProgress<double>
    {
        public void Report(double value) => task.Value = value;
    }

    private sealed class Unseen : IProgress<double>
    {
        public void Report(double value)
        {
        }
    }
}
