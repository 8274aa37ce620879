using System.Text;
using System.Text.Json;
using EdgeAgent.Cli;
using EdgeAgent.Listening;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Tap;
using Microsoft.Extensions.Time.Testing;

namespace EdgeAgent.Tests.Tap;

public sealed class TapViewTests
{
    private static readonly SourceOptions Source = new() { Name = "pumps", Device = "topic[1]", Time = "ts", ChannelsBelow = "values" };
    private readonly StringWriter _output = new();

    [Fact]
    public void A_line_has_topic_device_time_and_channels()
    {
        Show(new TapText(_output, new Palette(isColoured: false), rate: null), """{"ts":1712345678901,"values":{"a":1.5,"b":2}}""");
        Assert.Contains("plant/p7/t  p7  2024-04-05 19:34:38.901  a=1.5 b=2", _output.ToString());
    }

    [Fact]
    public void A_refused_message_shows_the_reason_and_how_it_begins()
    {
        Show(new TapText(_output, new Palette(isColoured: false), rate: null), """{"values":{"a":1.5}}""");
        Assert.Contains("× no_time: there is no time at \"ts\", or it is null or 0  {\"values\":{\"a\":1.5}}", _output.ToString());
    }

    [Fact]
    public void A_message_that_is_left_out_is_not_refused()
    {
        Show(new TapText(_output, new Palette(isColoured: false), rate: null), """{"ts":1712345678901,"values":{"a":null}}""");
        Assert.Contains("left out, no_usable_value: all values are null", _output.ToString());
        Assert.DoesNotContain('×', _output.ToString());
    }

    [Fact]
    public void Arrays_that_nobody_reads_are_named_with_what_helps()
    {
        const string Payload = """{"ts":1712345678901,"values":{"a":1,"power":[1,2,3],"voltage":[4,5,6]}}""";
        Show(new TapText(_output, new Palette(isColoured: false), rate: null), Payload);
        Show(new TapJson(_output), Payload);
        Assert.Contains(
            "arrays left out: power, voltage (set sample_rate, or name elements in channels: \"power[0]\")", _output.ToString());
        Assert.Contains("\"arrays_left_out\":[\"power\",\"voltage\"]", _output.ToString());
    }

    [Fact]
    public void Nothing_from_outside_moves_the_cursor()
    {
        Show(new TapText(_output, new Palette(isColoured: false), rate: null), "\e[2J\a");
        Assert.DoesNotContain('\e', _output.ToString());
    }

    [Fact]
    public void What_comes_too_fast_for_a_terminal_is_counted_instead()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var view = new TapText(_output, new Palette(isColoured: false), new LineRate(2, time));
        for (var i = 0; i < 5; i++) Show(view, """{"ts":1712345678901,"values":{"a":1.5}}""");
        Assert.Equal(3, view.Hidden);
        Assert.Equal(2, _output.ToString().Split('\n').Count(l => l.Contains("a=1.5", StringComparison.Ordinal)));
        time.Advance(TimeSpan.FromSeconds(1));
        Show(view, """{"ts":1712345678901,"values":{"a":1.5}}""");
        Assert.Contains("… 3 more, too fast for a terminal", _output.ToString());
    }

    [Fact]
    public void A_program_gets_one_object_a_message()
    {
        var view = new TapJson(_output);
        Show(view, """{"ts":1712345678901,"values":{"a":1.5}}""");
        Show(view, "no json");
        Show(view, """{"ts":1712345678901,"values":{"a":null}}""");
        var lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        Assert.Equal("usable", lines[0].GetProperty("outcome").GetString());
        Assert.Equal(1.5, lines[0].GetProperty("readings")[0].GetProperty("values").GetProperty("a").GetDouble());
        Assert.Equal(("left_out", "no_usable_value"), (Text(lines[2], "outcome"), Text(lines[2], "reason")));
        Assert.Equal(("refused", "unknown_format", "no json"), (Text(lines[1], "outcome"), Text(lines[1], "reason"), Text(lines[1], "payload")));
    }

    [Fact]
    public void The_summary_counts_by_reason()
    {
        using var probe = new SourceProbe(Source);
        var tally = new TapTally();
        foreach (var payload in new[] { """{"ts":1712345678901,"values":{"a":1.5,"b":1}}""", "x", "y", """{"values":{"a":1}}""" })
            tally.Add("pumps", probe.Decode(Message(payload)));
        Assert.Equal("4 messages in 2 s (2.0 a second): 1 usable, 3 refused (2 bad_json, 1 no_time); 1 device, 2 channels",
            tally.Summary(TimeSpan.FromSeconds(2)));
    }

    private static string? Text(JsonElement json, string key) => json.GetProperty(key).GetString();

    private static void Show(ITapView view, string payload)
    {
        using var probe = new SourceProbe(Source);
        view.Show(Source, Message(payload), probe.Decode(Message(payload)));
    }

    private static HeardMessage Message(string payload) => new("plant/p7/t", Encoding.UTF8.GetBytes(payload), DateTime.UtcNow.Ticks);
}
