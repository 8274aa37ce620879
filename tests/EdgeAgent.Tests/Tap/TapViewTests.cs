using System.Text;
using System.Text.Json;
using EdgeAgent.Cli;
using EdgeAgent.Listening;
using EdgeAgent.Pipeline.Formats;
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
        Assert.Contains("0x1b5b324a07", _output.ToString());
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
        Assert.Equal(
            ("refused", "unknown_format", "no json"), (Text(lines[1], "outcome"), Text(lines[1], "reason"), Text(lines[1], "payload")));
    }

    [Fact]
    public void The_summary_counts_by_reason()
    {
        using var probe = new SourceProbe(Source);
        var tally = new TapTally();
        foreach (var payload in new[] { """{"ts":1712345678901,"values":{"a":1.5,"b":1}}""", "x", "y", """{"values":{"a":1}}""" })
            tally.Add(Source, probe.Decode(Message(payload)));
        Assert.Equal("4 messages in 2 s (2.0 a second): 1 usable, 3 refused (2 bad_json, 1 no_time); 1 device, 2 channels",
            tally.Summary(TimeSpan.FromSeconds(2)));
        Assert.Equal(["  bad_json: correct the sender, or set decode to the format that it sends",
            "  no_time: correct time, or set without_time = \"arrival\" to take the time of arrival then"], tally.Remedies());
    }

    [Fact]
    public void A_refused_message_shows_what_it_looks_like_and_bytes_in_hexadecimal()
    {
        var view = new TapText(_output, new Palette(isColoured: false), rate: null);
        var message = new HeardMessage("plant/p7/t", [0x1f, 0x8b, 0x08, 0x00], DateTime.UtcNow.Ticks);
        view.Show(Source, message, ProbedMessage.NotUsed(ProbedOutcome.Refused, DecodeFailure.UnknownFormat, []));
        view.Settle();
        Assert.Contains("× unknown_format: the payload is in no format that is known; it looks like gzip  0x1f8b0800", _output.ToString());
    }

    [Fact]
    public void Columns_are_as_wide_as_what_came_first_and_stay_so()
    {
        var view = new TapText(_output, new Palette(isColoured: false), rate: null);
        foreach (var topic in new[] { "plant/p7/t", "plant/pump-seven/telemetry" }) Show(view, "{}", topic);
        Assert.Equal("", _output.ToString());
        view.Settle();
        Show(view, "{}", "plant/p7/t");
        Show(view, "{}", "plant/pump-seven/telemetry/of/another/one");
        Show(view, "{}", "plant/p7/t");
        var columns = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.IndexOf('×', StringComparison.Ordinal)).ToArray();
        Assert.Equal((5, columns[0], columns[0], columns[0]), (columns.Length, columns[1], columns[2], columns[4]));
    }

    [Theory]
    [InlineData(123456.78f, "123456.78")]
    [InlineData(1796000000f, "1796000000")]
    [InlineData(180.26f, "180.26")]
    [InlineData(20000000f, "20000000")]
    [InlineData(0.00012f, "0.00012")]
    [InlineData(-0.1f, "-0.1")]
    [InlineData(0f, "0")]
    [InlineData(1.5e12f, "1.5E+12")]
    [InlineData(2e-7f, "2E-07")]
    public void Values_keep_their_digits(float value, string shown) => Assert.Equal(shown, Words.Value(value));

    [Fact]
    public void A_channel_without_a_name_is_quoted()
    {
        var view = new TapText(_output, new Palette(isColoured: false), rate: null);
        view.Show(Source, Message(""), new ProbedMessage(default, default, [new ProbedReading("p7", 0, [new("", 10)])], 1, []));
        view.Settle();
        Assert.Contains("\"\"=10", _output.ToString());
    }

    private static string? Text(JsonElement json, string key) => json.GetProperty(key).GetString();

    private static void Show(ITapView view, string payload, string? topic = null)
    {
        using var probe = new SourceProbe(Source);
        var message = Message(payload, topic ?? "plant/p7/t");
        view.Show(Source, message, probe.Decode(message));
        if (topic is null) view.Settle();
    }

    private static HeardMessage Message(string payload, string topic = "plant/p7/t") =>
        new(topic, Encoding.UTF8.GetBytes(payload), DateTime.UtcNow.Ticks);
}
