namespace EdgeAgent.Rules.Tests;

public class RuleSemanticsTests
{
    [Theory]
    [InlineData("1 + 2 * 3 == 7", true)]
    [InlineData("(1 + 2) * 3 == 9", true)]
    [InlineData("10 - 3 - 2 == 5", true)]
    [InlineData("16 / 4 / 2 == 2", true)]
    [InlineData("-2 * -3 == 6", true)]
    [InlineData("--2 == 2 && ---2 == -2", true)]
    [InlineData("2 - -2 == 4", true)]
    [InlineData("1e3 == 1000 && .5 == 0.5 && 2.5E-1 == 0.25", true)]
    [InlineData("true || false && false", true)]
    [InlineData("(true || false) && false", false)]
    [InlineData("not true or true", true)]
    [InlineData("not (true or true)", false)]
    [InlineData("!false and !!true", true)]
    [InlineData("!1 > 2", true)]
    [InlineData("(1 < 2) == (3 < 4)", true)]
    [InlineData("(1 < 2) != true", false)]
    [InlineData("!(1 < 2) == false", true)]
    [InlineData("1 < 1", false)]
    [InlineData("1 <= 1 && 1 >= 1 && !(1 > 1)", true)]
    [InlineData("1 != 2 && !(1 != 1)", true)]
    [InlineData("abs(-3) == 3 && abs(3) == 3", true)]
    [InlineData("min(3, 1, 2) == 1 && max(3, 1, 2) == 3", true)]
    [InlineData("min(1, 2) - max(1, 2) == -1", true)]
    [InlineData("between(2, 1, 3) && between(1, 1, 3) && between(3, 1, 3)", true)]
    [InlineData("between(0.5, 1, 3) || between(4, 1, 3)", false)]
    [InlineData("1 / 0 > 1e30", true)]
    [InlineData("0 / 0 == 0 / 0", false)]
    [InlineData("'a' == \"a\"", true)]
    [InlineData("'it''s' == \"it's\"", true)]
    [InlineData("'a' == 'A'", false)]
    [InlineData("('a') != ('b')", true)]
    public void Constant_conditions_have_the_value_that_arithmetic_gives(string text, bool expected)
        => Assert.Equal(expected, Rule.Parse(text).Evaluate([]));

    [Theory]
    [InlineData(3, 91, true)]
    [InlineData(3, 90, false)]
    [InlineData(2, 91, false)]
    public void Numbers_are_taken_in_order_of_first_appearance(float score, float temperature, bool expected)
        => Assert.Equal(expected, Rule.Parse("score > 2 && temperature > 90").Evaluate([score, temperature]));

    [Theory]
    [InlineData(81, "A", true)]
    [InlineData(81, "B", false)]
    [InlineData(80, "A", false)]
    public void Texts_have_slots_of_their_own(float score, string grade, bool expected)
        => Assert.Equal(expected, Rule.Parse("score > 80 && grade == 'A'").Evaluate([score], [grade]));

    [Fact]
    public void Variables_are_distinct_and_carry_kind_and_slot()
    {
        var rule = Rule.Parse("a > 1 && g == 'x' && `Volume Flow RateRMS` < 20 && h != g && a < b.max");

        Assert.Equal(
        [
            new RuleVariable("a", RuleKind.Number, 0),
            new RuleVariable("g", RuleKind.Text, 0),
            new RuleVariable("Volume Flow RateRMS", RuleKind.Number, 1),
            new RuleVariable("h", RuleKind.Text, 1),
            new RuleVariable("b.max", RuleKind.Number, 2),
        ], rule.Variables);
        Assert.True(rule.Evaluate([2, 19, 3], ["x", "y"]));
        Assert.False(rule.Evaluate([2, 19, 3], ["x", "x"]));
    }

    [Fact]
    public void Kinds_travel_through_equalities_in_either_direction()
    {
        var rule = Rule.Parse("a == b && b == c && c == 'x'");
        Assert.All(rule.Variables, variable => Assert.Equal(RuleKind.Text, variable.Kind));
        Assert.True(rule.Evaluate([], ["x", "x", "x"]));
        Assert.False(rule.Evaluate([], ["y", "x", "x"]));

        Assert.All(Rule.Parse("a == b").Variables, variable => Assert.Equal(RuleKind.Number, variable.Kind));
    }

    [Fact]
    public void Names_in_backticks_may_be_keywords_functions_or_hold_a_backtick()
    {
        var rule = Rule.Parse("`and` > 1 && `a``b` > 2 && min > 3 && min(min, 9) > 3");
        Assert.Equal(["and", "a`b", "min"], rule.Variables.Select(variable => variable.Name));
        Assert.True(rule.Evaluate([2, 3, 4]));
    }

    [Fact]
    public void Numbers_compare_in_the_precision_of_readings()
        => Assert.True(Rule.Parse("x == 0.1 && !(x > 0.1)").Evaluate([0.1f]));

    [Theory]
    [InlineData("x > 1")]
    [InlineData("x <= 1")]
    [InlineData("x == x")]
    [InlineData("x != 1")]
    [InlineData("between(x, -1e30, 1e30)")]
    [InlineData("x * 0 == 0")]
    [InlineData("min(x, 1) < 2")]
    [InlineData("max(1, x) > 0")]
    [InlineData("abs(x) >= 0")]
    [InlineData("g == 'a'")]
    [InlineData("g != 'a'")]
    [InlineData("'a' != g")]
    [InlineData("g == g")]
    public void A_missing_value_makes_every_comparison_false(string text)
    {
        Assert.False(Rule.Parse(text).Evaluate([float.NaN], [null]));
        Assert.True(Rule.Parse($"!({text})").Evaluate([float.NaN], [null]));
    }

    [Fact]
    public void The_right_side_is_skipped_where_the_left_decides()
    {
        // A missing right side would make these false.
        Assert.True(Rule.Parse("a > 1 || b > 1").Evaluate([2, float.NaN]));
        Assert.False(Rule.Parse("a > 1 && !(b > 1)").Evaluate([0, float.NaN]));
        Assert.True(Rule.Parse("a > 1 && b > 1 || c > 1").Evaluate([0, 0, 2]));
        Assert.True(Rule.Parse("(a > 1 || b > 1) && (b > 1 || c > 1) && 1 < 2").Evaluate([2, 0, 2]));
    }

    [Fact]
    public void A_schema_fixes_slots_and_kinds()
    {
        var schema = new RuleSchema(["score", "pressure", "temperature"], ["grade", "zone"]);
        var rule = Rule.Parse("temperature > 90 && zone == grade", schema);

        Assert.Equal(
        [
            new RuleVariable("temperature", RuleKind.Number, 2),
            new RuleVariable("zone", RuleKind.Text, 1),
            new RuleVariable("grade", RuleKind.Text, 0),
        ], rule.Variables);
        Assert.True(rule.Evaluate([0, 0, 91], ["a", "a"]));
        Assert.False(rule.Evaluate([0, 0, 91], ["a", "b"]));
    }

    [Fact]
    public void A_schema_refuses_a_name_twice()
        => Assert.Throws<ArgumentException>(() => new RuleSchema(["a"], ["a"]));

    [Fact]
    public void Too_few_values_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Rule.Parse("a > b").Evaluate([1]));
        Assert.Throws<ArgumentException>(() => Rule.Parse("a == 'x'").Evaluate([1]));
    }
}
