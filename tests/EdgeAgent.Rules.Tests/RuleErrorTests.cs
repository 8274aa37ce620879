namespace EdgeAgent.Rules.Tests;

public class RuleErrorTests
{
    [Theory]
    [InlineData("", 1, "the rule is empty")]
    [InlineData("  ", 1, "the rule is empty")]
    [InlineData("score >", 8, "a value or a name should stand here, but the end of the rule does")]
    [InlineData("score > 2 && ", 14, "the end of the rule")]
    [InlineData("> 2", 1, "a value or a name should stand here, but `>` does")]
    [InlineData("score = 2", 7, "write `==`")]
    [InlineData("score <> 2", 7, "write `!=`")]
    [InlineData("a > 1 & b > 1", 7, "write `&&`")]
    [InlineData("a > 1 | b > 1", 7, "write `||`")]
    [InlineData("a > 1 # b", 7, "`#` has no meaning")]
    [InlineData("a > 1 \u0001", 7, "this character has no meaning")]
    [InlineData("a > 90C", 7, "units are not part of a rule")]
    [InlineData("a > 1.2.3", 8, "a number ends here")]
    [InlineData("a > 1e99", 5, "too large")]
    [InlineData("grade == 'A", 10, "no closing '")]
    [InlineData("`a > 1", 1, "no closing `")]
    [InlineData("`` > 1", 1, "must not be empty")]
    [InlineData("(a > 1", 1, "never closed")]
    [InlineData("max(a, 1 > 2", 8, "an argument of `max` must be a number, but this is a condition")]
    [InlineData("max(a, 1", 4, "never closed")]
    [InlineData("(a > 1 b", 8, "a `)` should stand here, but the name `b` does")]
    [InlineData("a > 1)", 6, "but `)` follows")]
    [InlineData("a > 1 b > 2", 7, "but the name `b` follows")]
    [InlineData("1 < a < 3", 7, "comparisons do not chain")]
    [InlineData("a + 1", 1, "a rule must be a condition, but this is a number")]
    [InlineData("'a'", 1, "a rule must be a condition, but this is a text")]
    [InlineData("a", 1, "this is a name alone")]
    [InlineData("a > 1 && b", 10, "the right side of `&&` must be a condition")]
    [InlineData("a or b > 1", 1, "the left side of `or` must be a condition")]
    [InlineData("not a + 1", 5, "what `not` negates must be a condition")]
    [InlineData("grade > 'A'", 7, "texts have no order")]
    [InlineData("grade == 'A' && grade > 3", 23, "texts have no order")]
    [InlineData("grade == 'A' && grade + 1 > 3", 17, "`grade` is a text (see column 1), but a number is needed here")]
    [InlineData("a + 1 > 2 && a == 'x'", 19, "must be a number, but this is a text")]
    [InlineData("a == 'x' && b > 1 && a == b", 27, "`b` is a number (see column 13), but a text is needed here")]
    [InlineData("a == b && a == 'x' && b > 1", 3, "`b` is a number (see column 23), but a text is needed here")]
    [InlineData("-'a' > 1", 2, "what `-` stands before must be a number")]
    [InlineData("1 + 'a' > 1", 5, "the right side of `+` must be a number")]
    [InlineData("(1 < 2) == 3", 12, "the right side of `==` must be a condition, but this is a number")]
    [InlineData("a > 1 && betwen(a, 1, 2)", 10, "the function `betwen` is not known; did you mean `between`?")]
    [InlineData("sqrt(a) > 2", 1, "the function `sqrt` is not known; known are abs, min, max, between")]
    [InlineData("abs(a, 2) > 1", 1, "`abs` is used as `abs(x)`, but has 2 arguments here")]
    [InlineData("min(a) > 1", 1, "`min` is used as `min(x, y, …)`, but has 1 argument here")]
    [InlineData("between() ", 1, "has 0 arguments here")]
    public void An_error_says_what_and_where(string text, int column, string message)
    {
        Assert.False(Rule.TryParse(text, null, out _, out var error));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(column, error.Column);
    }

    [Fact]
    public void A_name_that_the_schema_lacks_brings_the_nearest_one()
    {
        var trouble = Assert.Throws<RuleException>(
            () => Rule.Parse("score > 2 && temprature > 90", new RuleSchema(["score", "temperature"])));

        Assert.Equal(
            """
            column 14: the name `temprature` is not known; did you mean `temperature`?
            score > 2 && temprature > 90
                         ^
            """, trouble.Message);
    }

    [Fact]
    public void A_schema_decides_the_kind()
    {
        Assert.False(Rule.TryParse("grade + 1 > 2", new RuleSchema([], ["grade"]), out _, out var error));
        Assert.Equal("`grade` is a text, but a number is needed here", error.Message);
    }

    [Fact]
    public void The_caret_stands_under_the_error_in_a_long_rule()
    {
        var many = string.Join(" && ", Enumerable.Repeat("a > 1", 100));
        var text = $"{many} && a = 1\t && {many}";
        Assert.False(Rule.TryParse(text, null, out _, out var error));

        var lines = error.CaretLines.Split('\n');
        Assert.Equal(100, lines[0].Length);
        Assert.Equal('=', lines[0][lines[1].Length - 1]);
        Assert.DoesNotContain('\t', lines[0]);
    }

    [Fact]
    public void Length_and_nesting_are_bounded()
    {
        var longest = "a > 1" + new string(' ', Rule.LengthLimit - 5);
        Assert.True(Rule.TryParse(longest, null, out _, out _));
        Assert.False(Rule.TryParse(longest + " ", null, out _, out var tooLong));
        Assert.Equal(Rule.LengthLimit + 1, tooLong.Column);

        string Nested(int depth) => new string('(', depth) + "a > 1" + new string(')', depth);
        Assert.True(Rule.Parse(Nested(Rule.NestingLimit)).Evaluate([2]));
        Assert.False(Rule.TryParse(Nested(Rule.NestingLimit + 1), null, out _, out var tooDeep));
        Assert.Equal(Rule.NestingLimit + 1, tooDeep.Column);
    }

    [Fact]
    public void Long_chains_need_no_depth()
    {
        Assert.True(Rule.Parse("a > " + new string('-', 4000) + "1").Evaluate([2]));
        Assert.True(Rule.Parse(new string('!', 4000) + "(a > 1)").Evaluate([2]));
        Assert.True(Rule.Parse("a" + string.Concat(Enumerable.Repeat("+1", 2000)) + " > 1999").Evaluate([0]));
        Assert.False(Rule.Parse("a > 1" + string.Concat(Enumerable.Repeat("&&a>1", 800))).Evaluate([0]));
        Assert.True(Rule.Parse("max(1" + string.Concat(Enumerable.Repeat(",a", 2000)) + ") > 1").Evaluate([2]));
    }
}
