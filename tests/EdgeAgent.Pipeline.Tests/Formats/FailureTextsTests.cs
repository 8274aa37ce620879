using System.Text.RegularExpressions;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.TestSupport;

namespace EdgeAgent.Pipeline.Tests.Formats;

public class FailureTextsTests
{
    [Fact]
    public void Every_reason_has_a_name_a_text_and_a_remedy_of_its_own()
    {
        var all = FailureTexts.All.Select(f => (Word: f.Word(), Text: f.Explain(Some.Source()))).ToList();

        Assert.Equal(Enum.GetValues<DecodeFailure>().Length - 4, all.Count);
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
        Assert.Equal("no time could be read at \"ts\": expected Unix s/ms/µs/ns or ISO 8601", what);
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
