using System.Text;

namespace EdgeAgent.Rules.Tests;

public class RuleBoundsTests
{
    [Fact]
    public void Evaluation_allocates_nothing()
    {
        var rule = Rule.Parse("(score > 2 || between(abs(t - 3), min(a, b), 9)) && grade == 'A' && zone != grade && !(t / 2 >= 100)");
        float[] numbers = [1, 4, 0, 1];
        string[] texts = ["A", "B"];
        Assert.True(rule.Evaluate(numbers, texts));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
            rule.Evaluate(numbers, texts);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Junk_gives_an_error_or_a_rule_that_runs()
    {
        string[] words =
        [
            "a", "b", "grade", "`odd name`", "'A'", "\"B\"", "1", "2.5", "1e3", "true", "false", "and", "or", "not",
            "(", ")", "((", "))", ",", "+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!=", "!", "&&", "||",
            "abs(", "min(", "max(", "between(", "=", "`", "'", "\0", "é", "\ud800", "1.", ".",
        ];
        var random = new Random(20_240_607);
        var text = new StringBuilder();
        var accepted = 0;
        for (var round = 0; round < 50_000; round++)
        {
            text.Clear();
            for (var count = random.Next(1, 14); count > 0; count--)
                text.Append(words[random.Next(words.Length)]).Append(' ');
            if (!Rule.TryParse(text.ToString(), null, out var rule, out var error))
            {
                Assert.InRange(error.Column, 1, text.Length + 1);
                Assert.NotEmpty(error.ToString());
                continue;
            }
            accepted++;
            rule.Evaluate([1, float.NaN, 3, 4], ["A", null, "B", "C"]);
        }
        Assert.InRange(accepted, 50, 50_000);
    }

    [Theory]
    [InlineData("topcs", "topics")]
    [InlineData("tpoics", "topics")]
    [InlineData("TOPICS", "topics")]
    [InlineData("url", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    public void The_nearest_name_is_near(string name, string? expected)
        => Assert.Equal(expected, NearestName.Find(name, ["client_id", "topics", "qos"]));
}
