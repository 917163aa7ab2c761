using AudioVisualDigits.Experiments;
using AudioVisualDigits.Report;
using AudioVisualDigits.Results;

namespace AudioVisualDigits.Tests.Report;

public class RunSectionTests
{
    [Fact]
    public void Remarks_are_told_with_their_strategy_and_seed() =>
        RunSection.Of(Study("One.", "Two.")).Element("ul")!.Elements("li").Select(remark => remark.Value)
            .Should().Equal("joint, seed 4: One.", "joint, seed 4: Two.");

    [Fact]
    public void Without_remarks_there_is_no_list() => RunSection.Of(Study()).Element("ul").Should().BeNull();

    private static StudyRecord Study(params string[] remarks) => new(
        ["train"],
        new TaskRecord("task", "source", 1, 1),
        new RunSettings("late", 1, 1, 1, 1, 1, 0, 0, 0, "cpu"),
        ["joint"],
        [4],
        EnvironmentRecord.Current,
        [],
        [new RunRecord("joint", 4, null, null, [], null, [], remarks)]);
}
