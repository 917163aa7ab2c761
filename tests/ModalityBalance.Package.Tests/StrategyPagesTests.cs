using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ModalityBalance.Strategies;

namespace ModalityBalance.Package.Tests;

/// <summary>The pages of docs/strategies say what the code does.</summary>
public sealed partial class StrategyPagesTests
{
    private static readonly string[] Sections =
        ["About", "Usage", "Defaults", "How it is computed", "Cost", "When it does not help"];

    public static TheoryData<string> Pages() =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Docs")).Select(page => Path.GetFileName(page)!)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_page_has_the_same_sections(string page) =>
        Heading().Matches(Text("Docs", page)).Select(match => match.Groups[1].Value).Should().Equal(Sections);

    [Theory]
    [InlineData("agm.md", typeof(AGMOptions))]
    [InlineData("cls.md", typeof(CLSOptions))]
    [InlineData("cggm.md", typeof(CGGMOptions))]
    [InlineData("dgl.md", typeof(DGLOptions))]
    [InlineData("di-mml.md", typeof(DIMMLOptions))]
    [InlineData("dlmg.md", typeof(DLMGOptions))]
    [InlineData("g2d.md", typeof(G2DOptions))]
    [InlineData("gradnorm.md", typeof(GradNormOptions))]
    [InlineData("i2mcl.md", typeof(I2MCLOptions))]
    [InlineData("metabalance.md", typeof(MetaBalanceOptions))]
    [InlineData("mla.md", typeof(MLAOptions))]
    [InlineData("mmpareto.md", typeof(MMParetoOptions))]
    [InlineData("mses.md", typeof(MSESOptions))]
    [InlineData("mslr.md", typeof(MSLROptions))]
    [InlineData("ogm.md", typeof(OGMOptions))]
    [InlineData("opm.md", typeof(OPMOptions))]
    [InlineData("pmr.md", typeof(PMROptions))]
    [InlineData("reconboost.md", typeof(ReconBoostOptions))]
    [InlineData("starved-first.md", typeof(StarvedFirstOptions))]
    [InlineData("umt.md", typeof(UMTOptions))]
    public void The_table_of_defaults_holds_every_option_with_its_default(string page, Type options)
    {
        var defaults = Activator.CreateInstance(options);
        var expected = options.GetProperties().Where(property => !property.GetMethod!.IsStatic)
            .ToDictionary(property => property.Name, property => property.IsDefined(typeof(RequiredMemberAttribute))
                ? "required" : Shown(property.GetValue(defaults)));

        var table = OptionRow().Matches(Text("Docs", page))
            .ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value);

        table.Should().Equal(expected);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void The_code_of_a_page_stands_in_the_program_that_a_test_runs(string page)
    {
        var program = Text("Consumer", "Program.cs");

        var code = CodeBlock().Match(Text("Docs", page)).Groups[1].Value
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith("//", StringComparison.Ordinal))
            .Select(line => Declaration().Replace(line, "$1"));

        code.Should().NotBeEmpty().And.OnlyContain(line => program.Contains(line, StringComparison.Ordinal));
    }

    private static string Text(string folder, string file) =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, folder, file));

    private static string Shown(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        ICollection { Count: 0 } => "[]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    [GeneratedRegex("^## (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\| `(\w+)` \| `([^`]*)` \|", RegexOptions.Multiline)]
    private static partial Regex OptionRow();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    // The program passes the strategy on where a page gives it a name.
    [GeneratedRegex("^(?:using )?var strategy = (.*);$")]
    private static partial Regex Declaration();
}
