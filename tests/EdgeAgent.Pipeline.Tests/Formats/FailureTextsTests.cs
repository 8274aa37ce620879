using System.Text.RegularExpressions;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Formats.Times;
using EdgeAgent.TestSupport;

namespace EdgeAgent.Pipeline.Tests.Formats;

public class FailureTextsTests
{
    [Fact]
    public void Every_reason_has_a_name_a_text_and_a_remedy_of_its_own()
    {
        var all = FailureTexts.All.Select(f => (Word: f.Word(), Text: f.Explain(Some.Source()))).ToList();

        Assert.Equal(Enum.GetValues<DecodeFailure>().Count(f => f != DecodeFailure.None && !f.IsLeftOut()), all.Count);
        Assert.All(all, t => Assert.Matches("^[a-z]+(_[a-z]+)*$", t.Word));
        Assert.All(all, t => Assert.True(t.Text.What.Length > 10 && t.Text.Remedy.Length > 10, t.Word));
        Assert.Equal(all.Count, all.Select(t => t.Text.What).Distinct().Count());
        Assert.Equal(("no_channels", "bad_json"), (DecodeFailure.NoChannels.Word(), DecodeFailure.BadJson.Word()));
    }

    [Fact]
    public void A_text_says_where_it_looked_and_what_was_expected()
    {
        var source = Some.Source(s => s.Device = "payload.serial");
        var (what, remedy) = DecodeFailure.BadTime.Explain(source);
        Assert.StartsWith("no time could be read: expected the time at `ts` as a Unix number", what);
        Assert.Contains("leave time out", remedy);
        Assert.Contains("device = \"payload.serial\"", DecodeFailure.NoDevice.Explain(source).What);
        Assert.Contains("texts, not numbers", DecodeFailure.OnlyTexts.Explain(source).What);
        Assert.Contains("below \"values\"", DecodeFailure.NoChannels.Explain(source).What);
        Assert.Contains("at \"a\", \"b.c\"", DecodeFailure.NoChannels.Explain(new PayloadOptions
        {
            Channels = [new ChannelOptions { Name = "a" }, new ChannelOptions { Name = "b", Path = "b.c" }],
        }).What);
        Assert.Contains("sample_rate", DecodeFailure.BlockWithoutRate.Explain(source).Remedy);
    }

    [Theory]
    [InlineData("json", "ts", "unix-ms", "at `ts` as time_format = \"unix-ms\" says", "correct time_format")]
    [InlineData("json", "ts", null, "at `ts` as a Unix number", "set time to where it is")]
    [InlineData("influx", null, null, "at the end of a line: expected a Unix number", "have the sender")]
    [InlineData("senml", null, null, "in t or bt: expected seconds", "have the sender")]
    [InlineData("packed", null, null, "where packed.time says", "correct packed.time")]
    [InlineData("auto", null, null, "where the format of the payload has it", "have the sender")]
    public void A_time_that_cannot_be_read_is_told_as_the_source_expects_it(
        string decode, string? time, string? format, string what, string remedy)
    {
        var text = DecodeFailure.BadTime.Explain(Some.Source(s =>
            (s.Decode, s.Time, s.Times) = (decode, time, new TimeOptions { Format = format })));
        Assert.Contains(what, text.What);
        Assert.Contains(remedy, text.Remedy);
        Assert.DoesNotContain("\"\"", text.What);
        if (time is null) Assert.DoesNotContain("set time", text.Remedy);
    }

    [Fact]
    public void A_counter_that_cannot_be_read_is_told_with_its_place_and_unit()
    {
        var source = Some.Source(s => (s.Time, s.Times) =
            (null, new TimeOptions { Counter = new CounterOptions { Path = "up", Unit = CounterUnit.Seconds } }));
        Assert.Contains("the seconds at `up` as a number", DecodeFailure.BadTime.Explain(source).What);
        Assert.Contains("there is no counter at `up`", DecodeFailure.NoTime.Explain(source).What);
    }

    [Fact]
    public void Every_reason_has_a_row_in_the_manual_and_no_other_has_one()
    {
        var manual = File.ReadAllText(Repository.File("docs/operate.md"));
        var section = manual[manual.IndexOf("## What is wrong with my messages", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n## ", 3, StringComparison.Ordinal)];

        var rows = Regex.Matches(section, "^\\| `([a-z_]+)` \\|", RegexOptions.Multiline).Select(m => m.Groups[1].Value);

        Assert.Equal(FailureTexts.All.Select(f => f.Word()).Order(), rows.Order());
    }
}
