using EdgeAgent.Cli;

namespace EdgeAgent.Tests.Cli;

public sealed class TextTableTests
{
    [Fact]
    public void A_long_name_is_cut_and_pushes_no_column_out_of_sight()
    {
        var table = new TextTable("device", ">peak");
        table.Add("p1", "3");
        table.Add(new string('x', 256), "4");
        using var output = new StringWriter { NewLine = "\n" };
        table.Print(output, "  ");
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, l => Assert.True(l.Length <= 2 + 80 + 2 + 4, $"{l.Length} characters"));
        Assert.EndsWith("x…     4", lines[2]);
    }
}
